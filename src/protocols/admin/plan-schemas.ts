import * as z from "zod";

import type { KnownWindow } from "../../core/watches/plan-watch.ts";

/** Parts of 1; times are milliseconds since the epoch. */
export const planWindowSchema = z.object({
  name: z.string(),
  utilization: z.number().nullable(),
  status: z.enum(["allowed", "warning", "rejected"]),
  resets_at: z.number().nullable(),
  heard_at: z.number(),
  /** How full it will be at its end, at this pace. */
  projected: z.number().nullable(),
});

/** `data` is empty where the account has no plan, or nothing was heard of it yet. */
export const planSchema = z.object({ object: z.literal("list"), data: z.array(planWindowSchema) });

export function formatPlan(windows: readonly KnownWindow[]): z.output<typeof planSchema> {
  return {
    object: "list",
    data: windows.map(({ name, utilization, status, resetsAt, heardAt, projected }) => ({
      name,
      utilization: utilization ?? null,
      status,
      resets_at: resetsAt ?? null,
      heard_at: heardAt,
      projected: projected ?? null,
    })),
  };
}
