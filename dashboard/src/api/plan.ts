import { queryOptions } from "@tanstack/react-query";

import { callApi } from "./call-api.ts";
import { orNull } from "./queries.ts";

export interface PlanWindow {
  readonly name: string;
  /** Of 1. */
  readonly utilization: number | null;
  readonly status: "allowed" | "warning" | "rejected";
  /** Milliseconds since the epoch. */
  readonly resets_at: number | null;
  readonly heard_at: number;
  /** How full it will be at its end, at this pace. */
  readonly projected: number | null;
}

interface PlanBody {
  readonly object: "list";
  readonly data: readonly PlanWindow[];
}

/** Null: there is no plan. */
export const planQuery = queryOptions({
  queryKey: ["plan"],
  retry: false,
  queryFn: ({ signal }) => orNull(callApi<PlanBody>("/admin/api/plan", { signal })),
});
