import type { RunBody } from "../../../../src/protocols/admin/format-run.ts";
import type { DotColor } from "../../parts/status-dot.tsx";

export function isOver({ state }: Pick<RunBody, "state">): boolean {
  return state === "completed" || state === "failed" || state === "cancelled";
}

interface StateWords {
  readonly label: string;
  readonly color: DotColor;
}

export const RUN_STATES: Readonly<Record<RunBody["state"], StateWords>> = {
  queued: { label: "Waits for a place", color: "gray" },
  running: { label: "Running", color: "green" },
  waiting: { label: "Waits for an approval", color: "yellow" },
  completed: { label: "Completed", color: "green" },
  failed: { label: "Failed", color: "red" },
  cancelled: { label: "Cancelled", color: "gray" },
};

/** What Claude Code does at this moment, in words. */
export function describeNow(run: RunBody): string {
  if (run.state !== "running") return RUN_STATES[run.state].label;
  if (run.activity !== null) return `Uses ${run.activity}`;
  return run.first_token_at === null ? "Thinks about the answer" : "Writes the answer";
}
