import type { JsonObject } from "../words/client-tool.ts";

/**
 * Carries the events of running turns to their followers. Events are plain JSON, and each is numbered by its position, starting
 * at 0. Their content is the writer's affair; nothing here interprets an event.
 *
 * For one process: `begin`, `find` and `append` answer at once, and `events` is at hand. For several servers they would return
 * promises, `find` would know what runs elsewhere, and their callers in `src/service/responses/` would wait for them.
 */
export interface TurnRelay {
  /** Starts a turn's events, which only the caller may write. @throws Error when this id is already running */
  begin<Event extends JsonObject>(id: string): RelayedTurn<Event>;
  /** The events of a running turn. */
  find(id: string): Pick<RelayedTurn<JsonObject>, "read"> | undefined;
}

/** The events of one turn, in order, for any number of readers, each at its own pace. Bounded by the length of a turn. */
export interface RelayedTurn<Event extends JsonObject> {
  /** All events appended so far. */
  readonly events: readonly Event[];
  append(events: readonly Event[]): void;
  /** No more events follow. Current readers continue to the last event; from now on the turn can no longer be found. */
  end(): void;
  /**
   * Yields the events from this number on: first the existing ones, then the others as they come, until the end.
   * @throws the signal's reason when it aborts while waiting
   */
  read(from: number, signal: AbortSignal): AsyncGenerator<Event, void, undefined>;
}
