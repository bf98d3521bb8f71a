import type { Notice } from "../../../core/words/turn-event.ts";
import { isRecord } from "../../../lib/is-record.ts";
import type { ApiRetryMessage, RateLimitInfo } from "../claude-messages.ts";
import type { Failure } from "./failure.ts";

export function retryNotice({ attempt, max_retries, error_status }: ApiRetryMessage): Notice {
  const cause = error_status === null ? "no answer" : `status ${error_status}`;
  const message = `The model's API gave ${cause}; attempt ${attempt} of ${max_retries}.`;
  return { type: "notice", code: "retry", message };
}

export function rateLimitNotice(info: RateLimitInfo): Notice {
  const { status, rateLimitType } = info;
  if (isMomentary(info)) {
    return { type: "notice", code: "rate-limit", message: "The account asks the model's API too quickly." };
  }
  const state = status === "rejected" ? "reached" : "near";
  return {
    type: "notice",
    code: "rate-limit",
    message: `The account's ${rateLimitType ?? "usage"} limit is ${state}.`,
  };
}

/** The limit that was reached, and when it ends; undefined when none was reached, or when Claude Code does not say. */
export function rejectedLimit(info: RateLimitInfo): Failure["limit"] {
  const { status, resetsAt, rateLimitType } = info;
  if (status !== "rejected" || resetsAt === undefined || isMomentary(info)) return undefined;
  // Proof that the value is in seconds: the header behind it, anthropic-ratelimit-unified-reset, is a Unix time.
  return { name: rateLimitType, resetsAtMs: resetsAt * 1000 };
}

/**
 * Claude Code takes every 429 to a plan's user for the end of the window in question. Where the API says that this window is
 * open, the account has only sent requests too quickly, and may continue in a moment.
 */
export function isMomentary(info: RateLimitInfo): boolean {
  if (info.status !== "rejected" || info.rateLimitType === undefined) return false;
  // The API's headers for each window; Claude Code's types do not name them.
  const windows = "unifiedWindows" in info ? info.unifiedWindows : undefined;
  const window = isRecord(windows) ? windows[info.rateLimitType] : undefined;
  return isRecord(window) && typeof window["status"] === "string" && window["status"] !== "rejected";
}
