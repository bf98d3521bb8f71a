import type { ResponseEvent } from "./response-head.ts";

/**
 * The events as they are stored. A sign of life repeats the response object of an earlier event of its type, which is stored only
 * once, however long the silence was.
 */
export function shortenRepeats(events: readonly ResponseEvent[]): readonly ResponseEvent[] {
  const seen = new Set<string>();
  return events.map((event) => {
    const isRepeat = SIGNS_OF_LIFE.has(event.type) && seen.has(event.type);
    seen.add(event.type);
    return isRepeat ? { type: event.type, sequence_number: event.sequence_number } : event;
  });
}

/**
 * What is left of a finished stream for a client that has seen the event with this number. Of a response whose server died
 * there is only its end, which comes after whatever the client has seen; so it is with one that was cancelled before it ran.
 */
export function eventsAfter(
  events: readonly ResponseEvent[],
  startingAfter: number,
): readonly ResponseEvent[] {
  const [only] = events;
  if (only && events.length === 1 && LONE_ENDS.has(only.type)) {
    return [{ ...only, sequence_number: startingAfter + 1 }];
  }
  const firsts = new Map<string, ResponseEvent>();
  return events.flatMap((event) => {
    const first = firsts.get(event.type) ?? event;
    firsts.set(event.type, first);
    if (event.sequence_number <= startingAfter) return [];
    return [SIGNS_OF_LIFE.has(event.type) ? { ...first, ...event } : event];
  });
}

const LONE_ENDS: ReadonlySet<string> = new Set(["response.failed", "response.incomplete"]);
const SIGNS_OF_LIFE: ReadonlySet<string> = new Set(["response.queued", "response.in_progress"]);
