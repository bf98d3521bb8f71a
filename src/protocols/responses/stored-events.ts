import type { ResponseEvent } from "./response-head.ts";

/**
 * What is left of a finished stream for a client that has seen the event with this number. Of a response whose server died
 * there is only its end, which comes after whatever the client has seen.
 */
export function eventsAfter(
  events: readonly ResponseEvent[],
  startingAfter: number,
): readonly ResponseEvent[] {
  const [only] = events;
  if (only?.type === "response.failed" && events.length === 1) {
    return [{ ...only, sequence_number: startingAfter + 1 }];
  }
  return events.filter((event) => event.sequence_number > startingAfter);
}
