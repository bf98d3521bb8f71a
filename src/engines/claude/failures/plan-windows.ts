import type { PlanWindow } from "../../../core/words/plan-window.ts";
import { isRecord } from "../../../lib/is-record.ts";
import type { RateLimitInfo } from "../claude-messages.ts";

export type HearPlan = (windows: readonly PlanWindow[]) => void;

/** What the API says of the plan's windows: of all, where Claude Code hands that on, else of the one in question. */
export function readPlanWindows(info: RateLimitInfo): readonly PlanWindow[] {
  const { status, rateLimitType, utilization, resetsAt } = info;
  const all = "unifiedWindows" in info && isRecord(info.unifiedWindows) ? info.unifiedWindows : {};
  const known = Object.entries(all).flatMap(([name, window]) =>
    isRecord(window) ? toWindow(name, window) : [],
  );
  if (known.length > 0 || rateLimitType === undefined) return known;
  return [toWindow(rateLimitType, { status, utilization, resetsAt })];
}

function toWindow(
  name: string,
  { status, utilization, resetsAt }: Readonly<Record<string, unknown>>,
): PlanWindow {
  return {
    name,
    status: status === "rejected" ? "rejected" : status === "allowed_warning" ? "warning" : "allowed",
    ...(typeof utilization === "number" && Number.isFinite(utilization) && { utilization }),
    // Seconds since the epoch, as in the API's header.
    ...(typeof resetsAt === "number" && Number.isFinite(resetsAt) && { resetsAt: resetsAt * 1000 }),
  };
}
