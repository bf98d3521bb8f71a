import type { SDKAPIRetryMessage, SDKMessage } from "@anthropic-ai/claude-agent-sdk";

import type { Notice } from "../../../core/turn-event.ts";
import type { Failure } from "./failure.ts";

/** What Claude Code says of the account's limits. */
export type RateLimitInfo = Extract<SDKMessage, { type: "rate_limit_event" }>["rate_limit_info"];

export function retryNotice({ attempt, max_retries, error_status }: SDKAPIRetryMessage): Notice {
  const cause = error_status === null ? "no answer" : `status ${error_status}`;
  const message = `The model's API gave ${cause}; attempt ${attempt} of ${max_retries}.`;
  return { type: "notice", code: "retry", message };
}

export function rateLimitNotice({ status, rateLimitType }: RateLimitInfo): Notice {
  const state = status === "rejected" ? "reached" : "near";
  return {
    type: "notice",
    code: "rate-limit",
    message: `The account's ${rateLimitType ?? "usage"} limit is ${state}.`,
  };
}

/** The limit that was reached, with its end; undefined when there is none, or Claude Code does not say. */
export function rejectedLimit({ status, resetsAt, rateLimitType }: RateLimitInfo): Failure["limit"] {
  if (status !== "rejected" || resetsAt === undefined) return undefined;
  // Proof that it is seconds: the header behind it, anthropic-ratelimit-unified-reset, is a Unix time.
  return { name: rateLimitType, resetsAtMs: resetsAt * 1000 };
}
