import type { PrincipalId } from "../words/ids.ts";
import type { TurnRequest } from "../words/turn-request.ts";
import type { TurnUse } from "../words/usage.ts";

/** What each principal may use. Asked before every turn, of whatever protocol, and told after it. */
export interface UsageLimits {
  /**
   * Called before a turn takes a place in the queue. May make it wait.
   * @throws AppError when its principal may not begin it now, with `retryAfterMs` if it may later; the signal's reason when it
   * aborts while waiting
   */
  admit(turn: ExpectedTurn, signal: AbortSignal): Promise<AdmittedTurn>;
}

/** How much a turn may come to. */
export interface TurnSize {
  /** Estimated tokens of the input, without what the record of a named conversation adds to it. */
  readonly inputTokens: () => number;
  /** The client's limit for the output, if it sets one. */
  readonly maxOutputTokens?: number;
}

/** A turn before it begins. */
export interface ExpectedTurn
  extends TurnSize, Pick<TurnRequest, "turnId" | "principalId" | "target" | "isFurther"> {
  /** The turns of its request that are asked for right after it: all begin, or none. */
  readonly alongside?: readonly TurnSize[];
}

export interface AdmittedTurn {
  /**
   * Called once, when the turn is over, however it ended, and before its client hears of the end. A turn that did not begin has
   * used nothing. Never rejects.
   */
  end(used: TurnUse): Promise<void>;
}

/** One limit as it stands. */
export interface LimitState {
  readonly limit: number;
  readonly remaining: number;
  /** When all of it is there again; milliseconds since the epoch. */
  readonly resetsAtMs: number;
}

/** The limits of a principal that clients are told of. Of several for the same, the one that leaves the least. */
export interface LimitReport {
  readonly requests?: LimitState;
  readonly tokens?: LimitState;
}

/** Undefined for a principal without such limits. */
export type ReportLimits = (principalId: PrincipalId) => Promise<LimitReport | undefined>;
