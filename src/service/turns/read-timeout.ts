import { RequestError } from "../../protocols/request-error.ts";
import { TIMEOUT_HEADER } from "../../protocols/claude-settings/parse-claude-settings.ts";
import type { Caller } from "./caller.ts";

const HEADER = "X-Turnpike-Timeout";
const SECONDS = /^\d{1,9}(\.\d{1,9})?$/;
/** One day: longer than any turn, and still within a timer's range. */
const MAX_SECONDS = 86_400;

/**
 * The client's deadline for its turn in milliseconds: the header's, the body's, or the shorter of the two.
 * @throws RequestError when the header is not a number of seconds above zero.
 */
export function readTimeoutMs(headers: Caller["headers"], bodyTimeoutMs?: number): number | undefined {
  const header = headers[TIMEOUT_HEADER];
  if (header === undefined) return bodyTimeoutMs;
  const seconds = SECONDS.test(header.trim()) ? Number(header) : Number.NaN;
  if (!(seconds > 0 && seconds <= MAX_SECONDS)) {
    throw new RequestError(
      "invalid_value",
      `The header ${HEADER} is a number of seconds above 0 and up to ${MAX_SECONDS}, such as 30 or 2.5.`,
      HEADER,
    );
  }
  return Math.min(Math.max(1, Math.round(seconds * 1000)), bodyTimeoutMs ?? Infinity);
}
