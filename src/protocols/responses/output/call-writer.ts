import type { Events } from "./output-writer.ts";

/** Writes one call of a client tool. */
export interface CallWriter {
  start(): Events;
  /** A piece of the arguments' JSON text. */
  add(text: string): Events;
  /** The whole JSON text. */
  end(whole: string): Events;
  /** The answer ends in the middle of the call. */
  cut(): Events;
}
