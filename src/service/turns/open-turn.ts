import { isTerminalEvent, SPEECH, type TurnError, type TurnEvent } from "../../core/words/turn-event.ts";
import { type BatchStream, toBatches } from "../../lib/batch-stream.ts";
import { delay } from "../../lib/time.ts";
import type { BranchEvent } from "../../protocols/branch-event.ts";

/** How many events with nothing for the client are held back before the stream begins anyway. */
const MAX_HELD_EVENTS = 64;

/** A turn after its first sign, or after the wait for it has lasted long enough. */
export interface OpenedTurn<Event extends BranchEvent> {
  /** The turn failed before it had anything for the client: there is still time for an HTTP status. */
  readonly failure?: TurnError;
  /** Nothing came in time; the client should be shown that the server is alive. */
  readonly isSilent: boolean;
  /** All events from the first on. */
  readonly events: BatchStream<Event>;
}

/**
 * Reads until the turn has something for the client (text, thinking, a tool call or its end) or `patienceMs` have passed. Until
 * then no status need be sent, so an early failure gets its own. `signs` are the events that the client is shown.
 */
export async function openTurn<Event extends BranchEvent>(
  events: AsyncIterable<Event>,
  patienceMs: number,
  signs: ReadonlySet<TurnEvent["type"]> = SPEECH,
): Promise<OpenedTurn<Event>> {
  const stream = toBatches(events);
  const held: Event[] = [];
  let hasSign = false;
  // The headers describe the first branch.
  let isFirstHeard = false;
  let failure: TurnError | undefined;
  const patience = new AbortController();
  const timeUp = delay(patienceMs, patience.signal).then(
    () => "time-up" as const,
    () => "time-up" as const,
  );
  const open = (isSilent: boolean): OpenedTurn<Event> => {
    stream.putBack(held, isSilent);
    return { isSilent, events: stream, ...(failure && { failure }) };
  };
  try {
    while (true) {
      const batch = await Promise.race([stream.nextBatch(), timeUp]);
      if (batch === "time-up") return open(true);
      if (!batch) return open(false);
      held.push(...batch);
      for (const event of batch as readonly BranchEvent[]) {
        hasSign ||= signs.has(event.type) || isTerminalEvent(event);
        isFirstHeard ||= !event.branch;
        if (event.type === "turn-error") failure = event;
        if (failure || (hasSign && isFirstHeard)) return open(false);
      }
      if (held.length >= MAX_HELD_EVENTS) return open(false);
    }
  } finally {
    patience.abort();
  }
}

/** Reads a turn that has failed to its end: its runner may still have work after the terminal event. */
export async function readToEnd(events: AsyncIterable<BranchEvent>): Promise<void> {
  const iterator = events[Symbol.asyncIterator]();
  while (!(await iterator.next()).done);
}
