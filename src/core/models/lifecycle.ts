import type { ModelAbilities } from "./model-abilities.ts";

/** In Anthropic's terms: a `deprecated` model still answers, but its retirement is announced. */
export interface Lifecycle {
  readonly stage: "active" | "deprecated" | "retired";
  /** Milliseconds since the epoch: the beginning of its last day in UTC. Absent when no end is announced. */
  readonly endsAt?: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** The stage of a model's life at a moment (milliseconds since the epoch). */
export function lifecycleOf({ endsOn, hasEnded }: ModelAbilities, now: number): Lifecycle {
  if (endsOn === undefined) return { stage: hasEnded ? "retired" : "active" };
  const endsAt = Date.parse(`${endsOn}T00:00:00Z`);
  return { stage: now >= endsAt + DAY_MS ? "retired" : "deprecated", endsAt };
}
