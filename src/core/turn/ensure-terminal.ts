import { toAppError } from "../words/app-error.ts";
import { type EngineEvent, isTerminalEvent } from "../words/turn-event.ts";
import { NO_USAGE } from "../words/usage.ts";

/**
 * Passes a turn's events on and makes sure that exactly one terminal event ends them: a failure becomes a `turn-error`, what
 * comes after the first terminal event is dropped, and a missing one is put in.
 */
export async function* ensureTerminal(
  events: AsyncIterable<EngineEvent>,
  onFailure: (error: unknown) => void,
): AsyncGenerator<EngineEvent> {
  let isOver = false;
  try {
    for await (const event of events) {
      isOver = isTerminalEvent(event);
      yield event;
      if (isOver) return;
    }
    throw new Error("The engine's events ended without a terminal event.");
  } catch (error) {
    onFailure(error);
    // Nothing but the engine's own cleaning up has failed.
    if (isOver) return;
    yield { type: "turn-error", error: toAppError(error).info, usage: NO_USAGE, costUsd: 0 };
  }
}
