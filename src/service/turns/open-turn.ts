import { isTerminalEvent, type TurnError, type TurnEvent } from "../../core/words/turn-event.ts";
import { delay } from "../../lib/time.ts";
import type { BranchEvent } from "../../protocols/branch-event.ts";

/** How many events with nothing for the client are held back before the stream begins anyway. */
const MAX_HELD_EVENTS = 64;

const SIGNS = new Set<TurnEvent["type"]>(["text-delta", "reasoning-delta", "tool-call-start"]);

/** A turn after its first sign, or after it was waited for long enough. */
export interface OpenedTurn<Event extends BranchEvent> {
  /** The turn failed before it had anything for the client: there is still time for an HTTP status. */
  readonly failure?: TurnError;
  /** Nothing came in time; the client should be shown that the server is alive. */
  readonly isSilent: boolean;
  /** All events from the first on. */
  readonly events: AsyncIterable<Event>;
}

/**
 * Reads until the turn has something for the client (text, thinking, a tool call or its end) or `patienceMs` have passed. Until
 * then no status need be sent, so an early failure gets its own. `signs` are the events that the client is shown.
 */
export async function openTurn<Event extends BranchEvent>(
  events: AsyncIterable<Event>,
  patienceMs: number,
  signs: ReadonlySet<TurnEvent["type"]> = SIGNS,
): Promise<OpenedTurn<Event>> {
  const iterator = events[Symbol.asyncIterator]();
  const held: Event[] = [];
  let hasSign = false;
  // The headers describe the first branch.
  let isFirstHeard = false;
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
      const event: BranchEvent = outcome.value;
      held.push(outcome.value);
      hasSign ||= signs.has(event.type) || isTerminalEvent(event);
      isFirstHeard ||= !event.branch;
      const failure = event.type === "turn-error" ? event : undefined;
      if (failure || (hasSign && isFirstHeard) || held.length >= MAX_HELD_EVENTS) {
        return { isSilent: false, events: resume(held, iterator), ...(failure && { failure }) };
      }
    }
  } finally {
    patience.abort();
  }
}

/** The held events, then the one that was being awaited, then the rest. */
async function* resume<Event extends BranchEvent>(
  held: readonly Event[],
  iterator: AsyncIterator<Event>,
  pending?: Promise<IteratorResult<Event>>,
): AsyncGenerator<Event, void, undefined> {
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
