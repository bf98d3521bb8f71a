import type { ActivityEnd, ActivityProgress, ActivityStart } from "../../core/words/turn-event.ts";

/** One thing that Claude Code did: complete in a body; in a delta, its beginning, progress or end. */
export interface ChatActivityBody {
  readonly id: string;
  /** Absent when it began in an earlier answer, such as a sub-agent that called a client tool. */
  readonly name?: string;
  /**
   * JSON text, like the arguments of a call: OpenAI's Python SDK accumulates the deltas of a stream, and throws when a list of
   * objects comes twice.
   */
  readonly input?: string;
  readonly status: "in_progress" | "completed" | "failed";
  /** While it runs: for how long so far, in milliseconds. A string, so that no client adds the values up. */
  readonly elapsed_ms?: string;
  /** Absent while it runs. */
  readonly output?: string;
}

export function formatActivity(event: ActivityStart | ActivityProgress | ActivityEnd): ChatActivityBody {
  if (event.type === "activity-progress") {
    const { activityId: id, name, elapsedMs } = event;
    return { id, name, status: "in_progress", elapsed_ms: String(elapsedMs) };
  }
  if (event.type === "activity-start") {
    const { activityId: id, name, input } = event;
    return { id, name, input: JSON.stringify(input), status: "in_progress" };
  }
  const { activityId: id, isError, output } = event;
  return { id, status: isError ? "failed" : "completed", output };
}

/** Adds this event to the list: activities in the order in which they began, each with its end once that has come. */
export function addActivity(
  activities: readonly ChatActivityBody[],
  event: ActivityStart | ActivityEnd,
): readonly ChatActivityBody[] {
  const told = formatActivity(event);
  // All compactions share one id, but only one runs at a time.
  const at = activities.findIndex(({ id, status }) => id === told.id && status === "in_progress");
  const begun = activities[at];
  return begun ? activities.with(at, { ...begun, ...told }) : [...activities, told];
}
