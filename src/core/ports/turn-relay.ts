import type { JsonObject } from "../words/client-tool.ts";

/**
 * Carries the events of running turns to whoever follows them. Events are plain JSON, and each has a number: its place, from 0
 * on. How a turn is made and told is the writer's affair; nobody here reads an event.
 */
export interface TurnRelay {
  /** Begins the events of a turn, to be written by the caller alone. @throws Error when this id has begun and not ended */
  begin<Event extends JsonObject>(id: string): RelayedTurn<Event>;
  /** The events of a turn that has begun and not ended. */
  find(id: string): Pick<RelayedTurn<JsonObject>, "read"> | undefined;
}

/** The events of one turn, in order, for any number of readers, each at its own pace. Bounded by what a turn can say. */
export interface RelayedTurn<Event extends JsonObject> {
  /** All that was appended. */
  readonly events: readonly Event[];
  append(events: readonly Event[]): void;
  /** Nothing comes after it. Those who read go on to the last event; from now on nobody finds the turn. */
  end(): void;
  /**
   * The events from this number on: those that there are, then the others as they come, up to the end.
   * @throws the signal's reason when it aborts while waiting
   */
  read(from: number, signal: AbortSignal): AsyncGenerator<Event, void, undefined>;
}
