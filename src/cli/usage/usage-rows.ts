import type { UsageGroup, UsageSum } from "../../core/ports/usage-report.ts";
import { addUsage, NO_USAGE, type Usage } from "../../core/words/usage.ts";
import { assertNever } from "../../lib/assert-never.ts";

/** What a person may ask for. `window`: the five hours that a plan's limit counts together. */
export const USAGE_VIEWS = ["day", "month", "conversation", "model", "profile", "key", "window"] as const;
export type UsageView = (typeof USAGE_VIEWS)[number];

export interface UsageRow extends Usage {
  /** `2026-11-29`, `2026-11`, the start of a window as an instant, an id or a name. */
  readonly id: string;
  readonly name?: string;
  readonly requests: number;
  readonly costUsd: number;
  /** Milliseconds since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** What is to be summed up for a view. */
export function groupOf(view: UsageView): UsageGroup {
  switch (view) {
    case "day":
    case "month":
    case "window":
      return "time";
    case "conversation":
    case "model":
    case "profile":
    case "key":
      return view;
    default:
      return assertNever(view);
  }
}

/** The rows of a view: times in order, everything else with the most expensive first. */
export function toUsageRows(view: UsageView, sums: readonly UsageSum[], isUtc: boolean): readonly UsageRow[] {
  if (groupOf(view) !== "time") {
    const rows = sums.map(({ group, ...rest }) => ({ id: group, ...rest }));
    return rows.toSorted((one, other) => other.costUsd - one.costUsd || other.lastAt - one.lastAt);
  }
  const slices = sums.toSorted((one, other) => Number(one.group) - Number(other.group));
  const nameOf = view === "window" ? windowNames() : (at: number) => formatDate(at, isUtc, view === "month");
  const rows = new Map<string, UsageRow>();
  for (const slice of slices) {
    const id = nameOf(Number(slice.group));
    rows.set(id, add(id, rows.get(id), slice));
  }
  return [...rows.values()];
}

/** Everything together; undefined when there is nothing. */
export function sumRows(rows: readonly Omit<UsageRow, "id">[]): UsageRow | undefined {
  return rows.reduce<UsageRow | undefined>((sum, row) => add("total", sum, row), undefined);
}

function add(id: string, sum: UsageRow | undefined, more: Omit<UsageRow, "id">): UsageRow {
  return {
    ...addUsage(sum ?? NO_USAGE, more),
    id,
    requests: (sum?.requests ?? 0) + more.requests,
    costUsd: (sum?.costUsd ?? 0) + more.costUsd,
    firstAt: Math.min(sum?.firstAt ?? more.firstAt, more.firstAt),
    lastAt: Math.max(sum?.lastAt ?? more.lastAt, more.lastAt),
  };
}

const HOUR_MS = 3_600_000;
const WINDOW_MS = 5 * HOUR_MS;

/** A window begins with the hour of its first turn; the next one with the first turn after it. */
function windowNames(): (at: number) => string {
  let from = Number.NEGATIVE_INFINITY;
  return (at) => {
    if (at >= from + WINDOW_MS) from = Math.floor(at / HOUR_MS) * HOUR_MS;
    return new Date(from).toISOString();
  };
}

function formatDate(at: number, isUtc: boolean, isMonth: boolean): string {
  const date = new Date(at);
  const [year, month, day] = isUtc
    ? [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
    : [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  const parts = isMonth ? [year, month] : [year, month, day];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}
