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

export interface UsageSums {
  /** In no particular order. There is no bound for how many conversations there are: of them the dearest ones. */
  readonly sums: readonly UsageSum[];
  /** The conversations beyond these, together; absent where there are none. */
  readonly others?: OtherUsage;
}

/** `conversations`: how many they are. */
export type OtherUsage = Omit<UsageSum, "group" | "name"> & { readonly conversations: number };

/** So many are told apart, as on the usage page. */
export const MOST_CONVERSATIONS_TOLD = 100;

/** Sums up recorded turns. */
export type SumUsage = (question: UsageQuestion) => Promise<UsageSums>;

/** Time zones differ from each other by quarters of an hour, and so do the bounds of days. */
export const USAGE_SLICE_MS = 15 * 60_000;
