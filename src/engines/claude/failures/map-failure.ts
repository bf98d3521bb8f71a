import type { ErrorInfo } from "../../../core/words/app-error.ts";
import { describeFailure } from "./describe-failure.ts";
import type { Failure } from "./failure.ts";
import { failureKind } from "./failure-kind.ts";
import { usageLimitError } from "./usage-limit-error.ts";

/** What is needed besides the failure itself. */
export interface FailureSetting {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Names that no client may read, see `listPrivateNames`. */
  readonly privateNames: readonly string[];
}

/** Longer waits are reported as a limit with a time at which it ends: clients would otherwise wait in silence, or give up. */
const LONG_WAIT_MS = 60_000;
const DEFAULT_WAIT_MS = 5_000;

/** Turns a failed turn into an error for the client. */
export function mapFailure(failure: Failure, { now, privateNames }: FailureSetting): ErrorInfo {
  const kind = failureKind(failure);
  const code = failure.apiCode === undefined ? {} : { upstreamCode: failure.apiCode };
  const message = describeFailure(kind, failure, privateNames);
  if (kind === "upstream-overloaded") {
    return { kind, message, ...code, retryAfterMs: failure.retryAfterMs ?? DEFAULT_WAIT_MS };
  }
  if (kind === "refusal") {
    const { category } = failure.refusal ?? {};
    return { kind, message, ...code, ...(category !== undefined && { refusalCategory: category }) };
  }
  if (kind !== "upstream-rate-limited") return { kind, message, ...code };
  const limit = failure.isMomentary ? undefined : failure.limit;
  if (limit && limit.resetsAtMs - now > LONG_WAIT_MS) return usageLimitError(limit, now);
  const waitMs = limit ? Math.max(1_000, limit.resetsAtMs - now) : (failure.retryAfterMs ?? DEFAULT_WAIT_MS);
  return {
    kind,
    // A stream has no header for this, and clients read it here.
    message: `${message} Try again in ${Math.ceil(waitMs / 1_000)} seconds.`,
    ...code,
    retryAfterMs: waitMs,
  };
}
