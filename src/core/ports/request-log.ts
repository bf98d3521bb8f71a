import type { RequestEntry } from "../words/request-entry.ts";
import type { Usage } from "../words/usage.ts";

/** Requests on record, with sums of them by time. Of all principals: for the operator. */
export interface RequestLogStore {
  /** Adds the entries and their sums, all of them or none. An entry that is there already is left out. */
  write(entries: readonly RequestEntry[]): Promise<void>;
  /** Newest first, without content. */
  list(filter: RequestFilter, page: RequestPage): Promise<readonly RequestEntry[]>;
  /** By its id, or that of its turn or of what its turn made, such as a response; with its content where it is kept. */
  find(id: string): Promise<RequestEntry | undefined>;
  sum(question: RequestSumQuestion): Promise<readonly RequestSum[]>;
  /** The conversations that cost most, the dearest first. Those that cost little may be missing where there were many. */
  sumConversations(question: ConversationSumQuestion): Promise<readonly ConversationSum[]>;
  /**
   * Deletes some of what is to go: entries that began before `olderThan` or that are more than `maxEntries`, and sums whose time
   * is over. Resolves with whether there may be more.
   */
  deleteSome(bounds: RequestLogBounds, now: number): Promise<boolean>;
  close(): Promise<void>;
}

/** Entries that fit all of it. */
export interface RequestFilter {
  /** Began then or later; milliseconds since the epoch. */
  readonly since?: number;
  /** Began before. */
  readonly until?: number;
  readonly principalId?: string;
  /** By the id that was asked for, or the model's own name. */
  readonly model?: string;
  readonly profile?: string;
  readonly protocol?: string;
  readonly status?: number;
  /** A kind of error; `any` for all that failed, `none` for all that did not. */
  readonly error?: string;
  readonly client?: string;
  /** Its id or its name. */
  readonly conversation?: string;
  readonly placement?: string;
  /** Took at least this long. */
  readonly slowerThanMs?: number;
}

export interface RequestPage {
  readonly limit: number;
  /** Only entries that come after this one. */
  readonly after?: Pick<RequestEntry, "startedAt" | "id">;
}

/** How finely sums are kept: a minute, an hour, a day of UTC; in seconds. Fine ones are kept less long. */
export const SUM_PERIODS = [60, 3_600, 86_400] as const;
export type SumPeriod = (typeof SUM_PERIODS)[number];

/** What sums may be grouped by and restricted to. */
export type SumDimension =
  | "principalId"
  | "model"
  | "profile"
  | "protocol"
  | "status"
  | "error"
  | "placement";

/**
 * Where turns ran, and times to the first token, are summed by key only: with all the rest beside them there would be five times as many
 * sums, each three times as wide.
 */
export interface RequestSumQuestion {
  readonly period: SumPeriod;
  /** Only whole periods: from the one that begins then (milliseconds since the epoch) to the one before `until`. */
  readonly since: number;
  readonly until: number;
  /** What is counted together; absent: everything. */
  readonly by?: readonly (SumDimension | "time")[];
  /** Times to the first token as well; like placements only by time and key. */
  readonly withFirstTokens?: true;
  readonly only?: Partial<Readonly<Record<SumDimension, string>>>;
}

/** The requests of one group together. */
export interface RequestSum extends Usage {
  /** What they have in common, in the order of `by`: the start of the period, or a value, empty when that is unknown. */
  readonly group: readonly string[];
  readonly requests: number;
  /** Those with an error. */
  readonly failures: number;
  readonly turns: number;
  readonly costUsd: number;
  readonly durationMs: number;
  readonly queueMs: number;
  /** How many had a first token within each of `FIRST_TOKEN_BOUNDS_MS`, and, last, how many later; empty when not asked for. */
  readonly firstTokens: readonly number[];
}

export interface ConversationSumQuestion {
  /** Whole hours: milliseconds since the epoch. Whole days of UTC where those of hours are no longer kept. */
  readonly since: number;
  readonly until: number;
  readonly principalId?: string;
  readonly limit: number;
}

/** Its group is the conversation's id. */
export interface ConversationSum extends RequestSum {
  /** What its client calls it; unknown once none of its requests is on record. */
  readonly name?: string;
}

/** Upper bounds of the classes in which times to the first token are counted; milliseconds. */
export const FIRST_TOKEN_BOUNDS_MS = [
  50, 100, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 7_500, 10_000, 20_000, 30_000, 60_000,
] as const;

export interface RequestLogBounds {
  readonly maxAgeMs: number;
  readonly maxEntries: number;
}
