import type {
  ConversationSum,
  RequestLogStore,
  RequestSum,
  RequestSumQuestion,
} from "../../core/ports/request-log.ts";
import { splitByDays } from "../../lib/split-by-days.ts";
import { addSums } from "./sum-overview.ts";

/** What usage may be told by. Days and months are those of a time zone. */
export const USAGE_DIVISIONS = ["day", "month", "principal", "model", "profile", "conversation"] as const;
export type UsageDivision = (typeof USAGE_DIVISIONS)[number];

/** So many conversations are told apart in an answer. */
const MOST_CONVERSATIONS = 100;

export interface UsageSpan {
  readonly by: UsageDivision;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  /** As the IANA names it. */
  readonly timeZone: string;
  readonly only: RequestSumQuestion["only"] & object;
}

export interface UsageOfRequests {
  /** Whose days and months they are. */
  readonly timeZone: string;
  /** Absent when there was no request. */
  readonly total: RequestSum | undefined;
  /** Days and months in order, everything else with the most expensive first. */
  readonly parts: readonly (RequestSum | ConversationSum)[];
  /** What is in the total and in no part: of conversations all but the dearest, and requests that belong to none. */
  readonly others?: RequestSum;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Sums of hours are kept a little longer. */
const HOURS_KNOWN_MS = 95 * DAY_MS;
const PLACES = { principal: "principalId", model: "model", profile: "profile" } as const;

/**
 * What was used in a span, from sums that are kept: of hours while there are any, else of days of UTC, whatever the zone (so, too, by time and restricted to a model or profile). `since` and
 * `until` are widened to whole ones.
 */
export async function sumRequestUsage(
  log: Pick<RequestLogStore, "sum" | "sumConversations">,
  { by, since, until, timeZone, only }: UsageSpan,
  now: number,
): Promise<UsageOfRequests> {
  const isOfTimes = by === "day" || by === "month";
  // Of models and profiles there are too many sums of hours to go through all of them.
  const isRestricted = only.model !== undefined || only.profile !== undefined;
  const isOfHours = timeZone !== "UTC" && since >= now - HOURS_KNOWN_MS && !(isOfTimes && isRestricted);
  const period = isOfHours ? 3_600 : 86_400;
  const periodMs = period * 1_000;
  const span = {
    period,
    since: Math.floor(since / periodMs) * periodMs,
    until: Math.ceil(until / periodMs) * periodMs,
    only,
  } as const;
  const told = { timeZone: isOfHours ? timeZone : "UTC" };
  if (isOfTimes) {
    const nameOf = dateNames(isOfHours ? timeZone : "UTC", by);
    const times = await log.sum({ ...span, by: ["time"] });
    const parts = Map.groupBy(times, ({ group }) => nameOf(Number(group[0])));
    return {
      ...told,
      total: addSums(times),
      parts: [...parts]
        .flatMap(([name, some]) => named(name, addSums(some)))
        .toSorted((one, other) => ((one.group[0] ?? "") < (other.group[0] ?? "") ? -1 : 1)),
    };
  }
  if (by === "conversation") return { ...told, ...(await sumOfConversations(log, span, now)) };
  // Whole days where there are some: few are read, however many hours the span has.
  const sums = await Promise.all(
    splitByDays(span.since, span.until).map((part) => log.sum({ ...part, only, by: [PLACES[by]] })),
  );
  const parts = [...Map.groupBy(sums.flat(), ({ group }) => group[0] ?? "")].flatMap(([name, some]) =>
    named(name, addSums(some)),
  );
  return {
    ...told,
    total: addSums(parts),
    parts: parts.toSorted((one, other) => other.costUsd - one.costUsd || other.requests - one.requests),
  };
}

async function sumOfConversations(
  log: Pick<RequestLogStore, "sum" | "sumConversations">,
  { since, until, only }: Pick<UsageSpan, "since" | "until" | "only">,
  now: number,
): Promise<Omit<UsageOfRequests, "timeZone">> {
  const [total, parts] = await Promise.all([
    Promise.all(splitByDays(since, until).map((part) => log.sum({ ...part, only }))).then((sums) =>
      addSums(sums.flat()),
    ),
    log.sumConversations({
      since,
      // The day that is under way is a whole one, too.
      until: until > now ? Math.ceil(now / DAY_MS) * DAY_MS : until,
      ...(only.principalId !== undefined && { principalId: only.principalId }),
      limit: MOST_CONVERSATIONS,
    }),
  ]);
  const others = total && without(total, addSums(parts));
  return { total, parts, ...(others && others.requests > 0 && { others }) };
}

/** What remains of a sum. A request may have been added between the two questions: nothing is less than none. */
function without(total: RequestSum, part: RequestSum | undefined): RequestSum {
  if (!part) return total;
  const rest = (of: (sum: RequestSum) => number) => Math.max(0, of(total) - of(part));
  return {
    group: [],
    requests: rest(({ requests }) => requests),
    failures: rest(({ failures }) => failures),
    turns: rest(({ turns }) => turns),
    inputTokens: rest(({ inputTokens }) => inputTokens),
    cacheReadTokens: rest(({ cacheReadTokens }) => cacheReadTokens),
    cacheWriteTokens: rest(({ cacheWriteTokens }) => cacheWriteTokens),
    outputTokens: rest(({ outputTokens }) => outputTokens),
    reasoningTokens: rest(({ reasoningTokens }) => reasoningTokens),
    costUsd: rest(({ costUsd }) => costUsd),
    durationMs: rest(({ durationMs }) => durationMs),
    queueMs: rest(({ queueMs }) => queueMs),
    firstTokens: [],
  };
}

function named(name: string, sum: RequestSum | undefined): readonly RequestSum[] {
  return sum ? [{ ...sum, group: [name] }] : [];
}

/** `2026-11-29`, or `2026-11`. */
function dateNames(timeZone: string, by: "day" | "month"): (at: number) => string {
  // This language writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    ...(by === "day" && { day: "2-digit" }),
  });
  return (at) => format.format(at);
}
