import type { RequestParameter } from "../../../../src/protocols/admin/parse-request-query.ts";

export type FilterName = Exclude<RequestParameter, "since" | "until">;

export const FILTER_WORDS: Readonly<Record<FilterName, string>> = {
  principal: "Key",
  model: "Model",
  profile: "Profile",
  protocol: "Protocol",
  status: "Status",
  error: "Error",
  client: "Client",
  conversation: "Conversation",
  placement: "Placement",
  slower_than_ms: "At least (ms)",
};

/**
 * What the list can be narrowed by: the parameters of the admin API, as they stand in the page's address. Proof for the cast: the
 * table has these fields.
 */
export const FILTERS = Object.keys(FILTER_WORDS) as readonly FilterName[];

export type RequestSearch = Readonly<
  Partial<Record<FilterName | "since" | "until" | "range" | "id", string>>
>;

export const RANGES = {
  "15m": { label: "Last 15 minutes", ms: 900_000 },
  "1h": { label: "Last hour", ms: 3_600_000 },
  "24h": { label: "Last 24 hours", ms: 86_400_000 },
  "7d": { label: "Last 7 days", ms: 604_800_000 },
  "30d": { label: "Last 30 days", ms: 2_592_000_000 },
} as const;
export type RangeName = keyof typeof RANGES;

export function isRange(name: string | undefined): name is RangeName {
  return name !== undefined && Object.hasOwn(RANGES, name);
}

/** The query for the server. A range counts from `now`, in whole minutes, so that the same question is asked for a while. */
export function toQuery(search: RequestSearch, now: number): Record<string, string> {
  const query: Record<string, string> = {};
  for (const name of FILTERS) {
    const value = search[name]?.trim();
    if (value) query[name] = value;
  }
  if (isRange(search.range)) {
    query["since"] = String(Math.floor((now - RANGES[search.range].ms) / 60_000) * 60_000);
  } else {
    if (search.since) query["since"] = search.since;
    if (search.until) query["until"] = search.until;
  }
  return query;
}

export function countFilters(search: RequestSearch): number {
  return FILTERS.filter((name) => search[name]).length;
}
