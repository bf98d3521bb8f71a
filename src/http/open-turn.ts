import { isTerminalEvent, type TurnError, type TurnEvent } from "../core/turn-event.ts";
import { delay } from "../lib/time.ts";

/** How many events without anything for the client are held back before the stream begins all the same. */
const MAX_HELD_EVENTS = 64;

/** A turn whose first sign has been seen, or waited for long enough. */
export interface OpenedTurn {
  /** The turn failed before it had anything for the client: there is still time for an HTTP status. */
  readonly failure?: TurnError;
  /** Nothing came in time; the client should hear that the server lives. */
  readonly isSilent: boolean;
  /** All events from the first on. */
  readonly events: AsyncIterable<TurnEvent>;
}

/**
 * Reads on until the turn has something for the client (text, thinking or its end) or `patienceMs` are over. Until then no
 * status need be sent, so an early failure gets its own.
 */
export async function openTurn(events: AsyncIterable<TurnEvent>, patienceMs: number): Promise<OpenedTurn> {
  const iterator = events[Symbol.asyncIterator]();
  const held: TurnEvent[] = [];
  const patience = new AbortController();
  const timeUp = delay(patienceMs, patience.signal).then(
    () => "time-up" as const,
    () => "time-up" as const,
  );
  try {
    while (true) {
      const next = iterator.next();
      const outcome = await Promise.race([next, timeUp]);
      if (outcome === "time-up") return { isSilent: true, events: resume(held, iterator, next) };
      if (outcome.done) return { isSilent: false, events: resume(held, iterator) };
      const event = outcome.value;
      held.push(event);
      if (isSign(event) || held.length >= MAX_HELD_EVENTS) {
        const failure = event.type === "turn-error" ? event : undefined;
        return { isSilent: false, events: resume(held, iterator), ...(failure && { failure }) };
      }
    }
  } finally {
    patience.abort();
  }
}

function isSign(event: TurnEvent): boolean {
  return event.type === "text-delta" || event.type === "reasoning-delta" || isTerminalEvent(event);
}

/** The held events, then the one that was being waited for, then the rest. */
async function* resume(
  held: readonly TurnEvent[],
  iterator: AsyncIterator<TurnEvent>,
  pending?: Promise<IteratorResult<TurnEvent>>,
): AsyncGenerator<TurnEvent, void, undefined> {
  try {
    yield* held;
    let next = await (pending ?? iterator.next());
    while (!next.done) {
      yield next.value;
      next = await iterator.next();
    }
  } finally {
    await iterator.return?.();
  }
}
