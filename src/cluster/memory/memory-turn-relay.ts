import type { RelayedTurn, TurnRelay } from "../../core/ports/turn-relay.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";
import { abortable } from "../../lib/abortable.ts";

/** Relays turns within this process. */
export class MemoryTurnRelay implements TurnRelay {
  readonly #turns = new Map<string, MemoryTurn<JsonObject>>();

  begin<Event extends JsonObject>(id: string): RelayedTurn<Event> {
    if (this.#turns.has(id)) throw new Error(`The events of ${id} have begun already.`);
    const turn = new MemoryTurn<Event>(() => this.#turns.delete(id));
    // Proof for the cast: whoever finds the turn only reads it, and every event is a JSON object.
    this.#turns.set(id, turn as unknown as MemoryTurn<JsonObject>);
    return turn;
  }

  find(id: string): Pick<RelayedTurn<JsonObject>, "read"> | undefined {
    return this.#turns.get(id);
  }
}

class MemoryTurn<Event extends JsonObject> implements RelayedTurn<Event> {
  readonly #events: Event[] = [];
  readonly #onEnd: () => void;
  #more = Promise.withResolvers<void>();
  #isEnded = false;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  get events(): readonly Event[] {
    return this.#events;
  }

  append(events: readonly Event[]): void {
    if (events.length === 0) return;
    this.#events.push(...events);
    this.#wake();
  }

  end(): void {
    this.#isEnded = true;
    this.#onEnd();
    this.#wake();
  }

  async *read(from: number, signal: AbortSignal): AsyncGenerator<Event, void, undefined> {
    for (let next = Math.max(0, from); ;) {
      const event = this.#events[next];
      if (event === undefined) {
        if (this.#isEnded) return;
        await abortable(this.#more.promise, signal);
        continue;
      }
      next += 1;
      yield event;
    }
  }

  #wake(): void {
    const { resolve } = this.#more;
    this.#more = Promise.withResolvers<void>();
    resolve();
  }
}
