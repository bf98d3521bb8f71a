import { AppError } from "../../core/words/app-error.ts";
import type { LimitSpec } from "./limit-spec.ts";

/** A client that waits for longer by itself seems to hang. */
const LONG_WAIT_MS = 2 * 60_000;
/** What is only held back for turns under way may be free again at any moment. */
const SHORT_WAIT_MS = 1_000;

/** What a limit says when a turn does not fit into it any more. */
export interface Refused {
  readonly spec: LimitSpec;
  /** What has been used, without what is held back for turns under way. */
  readonly used: number;
  readonly asked: number;
  readonly isHeldBack: boolean;
  readonly resetsAtMs: number;
  readonly now: number;
}

export function limitReached(refused: Refused): AppError {
  const { spec, used, asked, isHeldBack } = refused;
  const { of, thing, per, limit } = spec;
  if (thing === "tokens" && asked > limit) return tooLarge(spec, asked);
  const wait = isHeldBack ? { retryAfterMs: SHORT_WAIT_MS } : waitUntil(refused);
  if (thing === "cost" && !isHeldBack) {
    const message = `You exceeded your current quota: this key may use ${dollars(limit)} per ${per} and has used ${dollars(used)}. ${when(refused)}`;
    return new AppError({ kind: "quota-exceeded", message, limit: of, ...wait });
  }
  const state =
    thing === "cost"
      ? `Limit ${dollars(limit)}, Used ${dollars(used)}`
      : `Limit ${limit}, Used ${used}, Requested ${asked}`;
  const held = isHeldBack ? ", the rest held back for turns under way" : "";
  const message = `Rate limit reached for this key on ${thing} per ${per}: ${state}${held}. ${isHeldBack ? "Please try again shortly." : when(refused)}`;
  return new AppError({ kind: "rate-limited", message, limit: of, ...wait });
}

/** `asked`: how many the request begins. */
export function tooManyTurns(limit: number, asked: number): AppError {
  const common = { kind: "rate-limited", limit: "turnsAtOnce" } as const;
  if (asked > limit) {
    const message = `Request too large for this key on turns at once: Limit ${limit}, Requested ${asked}. Ask for fewer answers in one request.`;
    return new AppError({ ...common, message, isFinal: true });
  }
  const message = `Rate limit reached for this key on turns at once: Limit ${limit}. Please try again when one of them has ended.`;
  return new AppError({ ...common, message, retryAfterMs: SHORT_WAIT_MS });
}

/** Waiting does not help. */
function tooLarge({ of, limit, per }: LimitSpec, asked: number): AppError {
  return new AppError({
    kind: "rate-limited",
    message: `Request too large for this key on tokens per ${per}: Limit ${limit}, Requested ${asked}. The input and the maximum of output tokens must be reduced in order to run.`,
    limit: of,
    isFinal: true,
  });
}

function waitUntil({ resetsAtMs, now }: Refused) {
  const retryAfterMs = Math.max(1, resetsAtMs - now);
  return { retryAfterMs, ...(retryAfterMs > LONG_WAIT_MS && { isFinal: true as const, resetsAtMs }) };
}

function when({ resetsAtMs, now }: Refused): string {
  const waitMs = Math.max(1, resetsAtMs - now);
  if (waitMs > LONG_WAIT_MS) return `It may be used again from ${new Date(resetsAtMs).toISOString()} on.`;
  return `Please try again in ${Math.ceil(waitMs / 1000)}s.`;
}

function dollars(micros: number): string {
  const amount = micros / 1_000_000;
  return `$${amount.toFixed(amount * 100 === Math.round(amount * 100) ? 2 : 6)}`;
}
