import type { SDKAPIRetryMessage, SDKResultMessage } from "@anthropic-ai/claude-agent-sdk";

import type { ErrorInfo } from "../../core/app-error.ts";
import { type RateLimitInfo, waitAfterRejection } from "./limit-notices.ts";
import { type Failure, mapFailure } from "./map-failure.ts";

/**
 * A client that has nothing yet should hear of a longer wait, with `Retry-After`, and decide for itself. In the middle of a
 * turn Claude Code waits: what it has done so far is worth more.
 */
const MAX_RATE_LIMIT_WAIT_MS = 5_000;

/** What Claude Code says in the course of a turn of why it may fail. */
export class FailureNotes {
  #failure: Failure = { text: "" };

  /** A message of Claude Code's own, in the place of the model's. */
  add(code: string | undefined, text: string): void {
    this.#failure = { ...this.#failure, code, text: text || this.#failure.text };
  }

  addRateLimit(info: RateLimitInfo, now: number): void {
    const retryAfterMs = waitAfterRejection(info, now);
    if (retryAfterMs !== undefined) this.#failure = { ...this.#failure, retryAfterMs };
  }

  /** Returns the error when the wait before the next attempt is too long for a turn that has not begun. */
  addRetry({ retry_delay_ms, error_status }: SDKAPIRetryMessage, hasBegun: boolean): ErrorInfo | undefined {
    this.#failure = { ...this.#failure, retryAfterMs: retry_delay_ms };
    if (error_status !== 429 || retry_delay_ms <= MAX_RATE_LIMIT_WAIT_MS || hasBegun) return undefined;
    const text = `it asks to wait ${Math.ceil(retry_delay_ms / 1000)} seconds.`;
    return mapFailure({ ...this.#failure, status: error_status, text });
  }

  describe(result: SDKResultMessage): ErrorInfo {
    const text = result.subtype === "success" ? result.result : result.errors.join(" ");
    const status = result.subtype === "success" ? (result.api_error_status ?? undefined) : undefined;
    return mapFailure({
      ...this.#failure,
      status,
      terminalReason: result.terminal_reason,
      stopReason: result.stop_reason ?? undefined,
      text: text || this.#failure.text,
    });
  }
}
