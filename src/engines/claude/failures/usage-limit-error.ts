import type { ErrorInfo } from "../../../core/words/app-error.ts";
import type { Failure } from "./failure.ts";

/** The windows of a plan, as Claude Code names them. */
const NAMES: Readonly<Record<string, string>> = {
  five_hour: "5-hour limit",
  seven_day: "weekly limit",
  seven_day_opus: "weekly limit for Opus",
  seven_day_sonnet: "weekly limit for Sonnet",
  seven_day_overage_included: "weekly limit",
  overage: "limit for extra usage",
};

/** The error for an account that has used up what its plan allows for a time. */
export function usageLimitError(
  { name = "", resetsAtMs }: NonNullable<Failure["limit"]>,
  now: number,
): ErrorInfo {
  const time = `${new Date(resetsAtMs).toISOString().slice(0, 19)}Z`;
  const waitMs = resetsAtMs - now;
  return {
    kind: "usage-limit-reached",
    message: `The account behind this server has used up its ${NAMES[name] ?? "usage limit"}, which will reset at ${time} (in ${describeWait(waitMs)}). Until then asking again does not help; the server's operator can let it use another account, or an API key.`,
    resetsAtMs,
    retryAfterMs: waitMs,
  };
}

function describeWait(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
