import type { Usage } from "../words/usage.ts";

/** What is counted together. */
export type UsageGroup = "time" | "conversation" | "model" | "key" | "profile";

/** The usage of the turns that have something in common. */
export interface UsageSum extends Usage {
  /** The start of the quarter of an hour (milliseconds since the epoch), or the id or name of what they have in common. */
  readonly group: string;
  /** For a conversation: what its client calls it. */
  readonly name?: string;
  /** How many turns there were, those without an answer included. */
  readonly requests: number;
  readonly costUsd: number;
  /** When the first and the last of them began; milliseconds since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
}

export interface UsageQuestion {
  readonly group: UsageGroup;
  /** Turns that began then or later; milliseconds since the epoch. */
  readonly since?: number;
  /** Turns that began before. */
  readonly until?: number;
}

/** Sums up recorded turns, in no particular order. */
export type SumUsage = (question: UsageQuestion) => Promise<readonly UsageSum[]>;

/** Time zones differ from each other by quarters of an hour, and so do the bounds of days. */
export const USAGE_SLICE_MS = 15 * 60_000;
