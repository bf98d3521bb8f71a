import type { JsonObject } from "../../src/core/words/client-tool.ts";
import type { ActivityEnd, TurnEvent } from "../../src/core/words/turn-event.ts";
import type { Work } from "../../src/core/words/work.ts";
import { describeResult, describeWork } from "../../src/engines/claude/tools/describe-work.ts";

/** The end of a call with Claude Code's own account of it. */
export interface AccountedEnd extends ActivityEnd {
  readonly details?: JsonObject;
}

/** Calls of Claude Code's tools as its engine tells of them: what they do, and what came of it. */
export function toldByClaude(events: readonly (TurnEvent | AccountedEnd)[]): TurnEvent[] {
  const works = new Map<string, Work | undefined>();
  return events.map((event): TurnEvent => {
    if (event.type === "activity-start") {
      const work = describeWork(event.name, event.input);
      works.set(event.activityId, work);
      return { ...event, ...(work && { work }) };
    }
    if (event.type === "permission-request") {
      const work = describeWork(event.toolName, event.input);
      return { ...event, ...(work && { work }) };
    }
    if (event.type !== "activity-end") return event;
    const { details, ...end }: AccountedEnd = event;
    const result = describeResult(works.get(end.activityId), { ...end, details });
    return { ...end, ...(result && { result }) };
  });
}
