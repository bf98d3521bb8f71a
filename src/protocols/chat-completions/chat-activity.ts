import type { ActivityEnd, ActivityProgress, ActivityStart } from "../../core/words/turn-event.ts";

/** What is known of one thing that Claude Code did: all of it in a body, its beginning or its end in a delta. */
export interface ChatActivityBody {
  readonly id: string;
  /** Absent when it began in an earlier answer, as a sub-agent may that called a client tool. */
  readonly name?: string;
  /**
   * JSON text, as the arguments of a call are: OpenAI's SDK for Python adds up the deltas of a stream, and throws at a list of
   * objects that comes twice.
   */
  readonly input?: string;
  readonly status: "in_progress" | "completed" | "failed";
  /** How long it has been running, in milliseconds, while it goes on. A text, so that nobody adds it up. */
  readonly elapsed_ms?: string;
  /** Absent while it goes on. */
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

/** The list with this event in it: activities in the order in which they began, each with its end when it has come. */
export function addActivity(
  activities: readonly ChatActivityBody[],
  event: ActivityStart | ActivityEnd,
): readonly ChatActivityBody[] {
  const told = formatActivity(event);
  // Compactions have one id in common, but only one of them goes on at a time.
  const at = activities.findIndex(({ id, status }) => id === told.id && status === "in_progress");
  const begun = activities[at];
  return begun ? activities.with(at, { ...begun, ...told }) : [...activities, told];
}
