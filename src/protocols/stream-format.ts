import type { Stage } from "../lib/stage.ts";

/** How a protocol tells a turn as server-sent events: each text is one or more whole events. */
export interface StreamFormat<Event> extends Stage<Event, string> {
  /** What the stream ends with when the turn broke on its way to the client; gives nothing away. */
  broken(thrown: unknown): string;
}
