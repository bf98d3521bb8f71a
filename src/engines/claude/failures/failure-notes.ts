import type { ErrorInfo } from "../../../core/words/app-error.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { ApiRetryMessage, RateLimitInfo, ResultMessage } from "../claude-messages.ts";
import type { Failure } from "./failure.ts";
import { isMomentary, rejectedLimit } from "./limit-notices.ts";
import { mapFailure } from "./map-failure.ts";
import { readFailure, readRefusal } from "./read-failure.ts";
import { withoutQuotes } from "./without-quotes.ts";

/**
 * A client that has received nothing yet should be told of a longer wait, by `Retry-After`, and decide for itself. In the middle
 * of a turn Claude Code waits: the work that it has done so far is worth more.
 */
const MAX_RATE_LIMIT_WAIT_MS = 5_000;
/** Claude Code retries after waits of up to this length, may report them as a quarter longer, and does not report others. */
const MAX_TOLD_WAIT_MS = 60_000;
/** Shorter waits are Claude Code's own: the API has named none. */
const MIN_TOLD_WAIT_MS = 1_000;

/** By the second attempt Claude Code has had time to get a new token. */
const MAX_LOGIN_ATTEMPTS = 1;

export interface FailureNotesParts {
  readonly clock: Clock;
  /** Names that no client may read, see `listPrivateNames`. */
  readonly privateNames: () => readonly string[];
  /** Whether Claude Code asks the API again after a failure. */
  readonly asksAgain: boolean;
  /** Claude Code uses a key, which stays what it is. A login can be renewed when the API refuses it. */
  readonly hasKey: boolean;
  /** What was said in the conversation, see `withoutQuotes`. */
  readonly said: () => readonly unknown[];
  /** Receives the failure of the turn as it was reported, for the log: without what it quotes of the conversation. */
  readonly onFailure: (failure: Failure) => void;
}

/** Collects what Claude Code says during a turn about why the turn may fail. */
export class FailureNotes {
  readonly #parts: FailureNotesParts;
  #failure: Failure = { text: "" };
  /** The API was asked again for the answer that the turn is waiting for. */
  #isRepeated = false;

  constructor(parts: FailureNotesParts) {
    this.#parts = parts;
  }

  /** The API has begun to answer, so what was said about earlier attempts no longer counts. */
  answerBegan(): void {
    const { retryAfterMs: _, ...rest } = this.#failure;
    this.#failure = rest;
    this.#isRepeated = false;
  }

  /** Adds a message of Claude Code's own that takes the place of the model's. */
  add(message: { readonly error?: string }, text: string): void {
    const { error: code } = message;
    this.#failure = { ...this.#failure, ...readFailure(message), code, text: text || this.#failure.text };
  }

  addRateLimit(info: RateLimitInfo): void {
    const limit = rejectedLimit(info);
    this.#failure = { ...this.#failure, isMomentary: isMomentary(info), ...(limit && { limit }) };
  }

  addRefusal(message: unknown): void {
    this.#failure = { ...this.#failure, refusal: readRefusal(message) };
  }

  /** Returns the error when asking again cannot help, or when the wait is too long for a turn that has not begun. */
  addRetry(
    { retry_delay_ms, error_status, attempt }: ApiRetryMessage,
    hasBegun: boolean,
  ): ErrorInfo | undefined {
    this.#isRepeated = true;
    if (error_status === 401 && (this.#parts.hasKey || attempt > MAX_LOGIN_ATTEMPTS)) {
      return this.#map({ ...this.#failure, status: error_status });
    }
    const { retryAfterMs: _, ...rest } = this.#failure;
    const isTold = error_status !== 429 || retry_delay_ms >= MIN_TOLD_WAIT_MS;
    const retryAfterMs = Math.min(retry_delay_ms, MAX_TOLD_WAIT_MS);
    this.#failure = isTold ? { ...rest, retryAfterMs } : rest;
    if (error_status !== 429 || retry_delay_ms <= MAX_RATE_LIMIT_WAIT_MS || hasBegun) return undefined;
    return this.#map({ ...this.#failure, status: error_status });
  }

  describe(result: ResultMessage): ErrorInfo {
    const text = result.subtype === "success" ? result.result : result.errors.join(" ");
    const status = result.subtype === "success" ? (result.api_error_status ?? undefined) : undefined;
    const isUntold = this.#parts.asksAgain && !this.#isRepeated && !this.#failure.isMomentary;
    const isLongWait = status === 429 && isUntold;
    return this.#map({
      ...(isLongWait && { retryAfterMs: MAX_TOLD_WAIT_MS }),
      ...this.#failure,
      ...readFailure(result),
      status,
      terminalReason: result.terminal_reason,
      stopReason: result.stop_reason ?? undefined,
      text: text || this.#failure.text,
    });
  }

  #map(failure: Failure): ErrorInfo {
    const { onFailure, clock, privateNames, said } = this.#parts;
    const withoutTheirs = withoutQuotes(said());
    const { refusal } = failure;
    const { explanation } = refusal ?? {};
    onFailure({
      ...failure,
      ...(explanation !== undefined && { refusal: { ...refusal, explanation: withoutTheirs(explanation) } }),
      text: withoutTheirs(failure.text),
    });
    const error = mapFailure(failure, { now: clock(), privateNames: privateNames() });
    const messageForOthers = withoutTheirs(error.message);
    return messageForOthers === error.message ? error : { ...error, messageForOthers };
  }
}
