import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import type { KeyListBody } from "../../../src/protocols/admin/key-schemas.ts";
import type { OverviewBody } from "../../../src/protocols/admin/format-overview.ts";
import type { RequestDetailBody } from "../../../src/protocols/admin/format-request.ts";
import type { RunListBody } from "../../../src/protocols/admin/format-run.ts";
import type { StatusBody } from "../../../src/protocols/admin/format-status.ts";
import { isApiError } from "./api-error.ts";
import { callApi } from "./call-api.ts";

/** What several pages ask for. Their first words are those that use-live-data.ts knows. */

export type OverviewRange = "1h" | "24h" | "30d";

export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: ({ signal }) => callApi<StatusBody>("/admin/api/status", { signal }),
});

/** While a turn runs its course is asked for: the feed tells of beginnings and ends only. */
export const runsQuery = queryOptions({
  queryKey: ["runs"],

  queryFn: ({ signal }) => callApi<RunListBody>("/admin/api/runs", { signal }),
  refetchInterval: ({ state }) => (state.data?.data.some(({ ended_at: at }) => at === null) ? 1_000 : false),
});

export const keysQuery = queryOptions({
  queryKey: ["keys"],
  queryFn: ({ signal }) => callApi<KeyListBody>("/admin/api/keys", { signal }),
});

/** Null: this server keeps no log of requests. */
export function overviewQuery(range: OverviewRange) {
  return queryOptions({
    queryKey: ["overview", range],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      orNull(callApi<OverviewBody>("/admin/api/overview", { query: { range }, signal })),
  });
}

export function requestQuery(id: string) {
  return queryOptions({
    queryKey: ["requests", "one", id],
    // What is over does not change.
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) =>
      callApi<RequestDetailBody>(`/admin/api/requests/${encodeURIComponent(id)}`, { signal }),
  });
}

/** The server has not what was asked for, and says so by 404. */
export async function orNull<Body>(answer: Promise<Body>): Promise<Body | null> {
  try {
    return await answer;
  } catch (error) {
    if (isApiError(error, 404)) return null;
    throw error;
  }
}
