import { EventPipeline, type EventPipelineParts } from "../../src/core/turn/event-pipeline.ts";
import { RunningActivities } from "../../src/core/turn/running-activities.ts";
import { TurnDeadlines } from "../../src/core/turn/turn-deadlines.ts";
import type { EngineOutput, EventStage } from "../../src/core/words/turn-event.ts";

/** A stage that changes nothing. */
export const AS_IT_IS: EventStage = { of: (event) => [event] };

const LONG_MS = 1_000_000_000;
const NO_DEADLINES = { firstByteMs: LONG_MS, streamIdleMs: LONG_MS, turnMs: LONG_MS };

/** A turn in which the engine says this, with no wish but `parts`. */
export function driveEvents(
  said: AsyncIterable<EngineOutput>,
  parts: Partial<EventPipelineParts> = {},
): EventPipeline {
  return new EventPipeline({
    run: () => said,
    shape: AS_IT_IS,
    tell: AS_IT_IS,
    deadlines: parts.deadlines ?? new TurnDeadlines(NO_DEADLINES, () => {}),
    activities: new RunningActivities({ intervalMs: LONG_MS, clock: Date.now }),
    abandon: () => {},
    note: () => {},
    finish: async () => {},
    leave: async () => {},
    onFailure: () => {},
    ...parts,
  });
}
