import { tellDuration } from "./tell-duration.ts";
import { type Line, styled, type Style } from "../../lib/styled-line.ts";
import type { RunBody } from "../../protocols/admin/format-run.ts";

const STYLES: Readonly<Record<RunBody["state"], Style>> = {
  queued: "dim",
  running: "green",
  waiting: "yellow",
  completed: "dim",
  failed: "red",
  cancelled: "dim",
};

const HEADINGS = ["TURN", "STATE", "CLIENT", "PROTOCOL", "MODEL", "PLACE", "BEGAN", "TOOK", "TOKENS"];
const WIDEST = 28;

/** A table, for a person. */
export function formatRuns(runs: readonly RunBody[], now: number): readonly Line[] {
  const rows = runs.map((run) => cellsOf(run, now));
  const widths = HEADINGS.map((heading, column) =>
    Math.min(WIDEST + 2, Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0))),
  );
  const lineUp = (cells: readonly string[]) =>
    cells.map((cell, column) => shorten(cell, WIDEST + 2).padEnd((widths[column] ?? 0) + 2));
  return [
    styled("dim", lineUp(HEADINGS).join("").trimEnd()),
    ...rows.map((row, index): Line => {
      const style = STYLES[runs[index]?.state ?? "running"];
      return lineUp(row).map((cell, column) => (column === 1 ? styled(style, cell) : cell));
    }),
  ];
}

/** One turn in a few words. */
export function describeRun(run: RunBody, now: number): string {
  const what = [run.model, run.client === null ? undefined : shorten(run.client, WIDEST)].filter(Boolean);
  const activity = run.activity === null ? "" : `, in ${run.activity}`;
  return `${run.id} (${what.join(", ")}; ${tellDuration(now - run.asked_at)}${activity})`;
}

function cellsOf(run: RunBody, now: number): readonly string[] {
  const state = run.activity === null ? run.state : `${run.state} (${run.activity})`;
  const tokens = `${run.is_estimate && run.output_tokens > 0 ? "~" : ""}${run.output_tokens}`;
  return [
    run.id,
    state,
    run.client ?? "-",
    run.protocol,
    run.model,
    run.placement ?? "-",
    formatClock(run.asked_at),
    tellDuration((run.ended_at ?? now) - run.asked_at),
    tokens,
  ];
}

export function formatClock(time: number): string {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
