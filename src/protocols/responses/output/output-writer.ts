import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { ResponseEvent } from "../response-head.ts";

/** Events are numbered in order: an event gets its number when it is created, which is when it is yielded. */
export type Events = Generator<ResponseEvent, void, undefined>;

/** How an item ended. */
export type ItemEnd = "completed" | "incomplete";

/** The output of a response: numbers its events and keeps the current state of its items. */
export class OutputWriter {
  readonly #turnPart: string;
  readonly #items: (() => JsonObject)[] = [];
  #nextNumber = 0;

  /** `turnPart` makes the ids of items unique to this response. */
  constructor(turnPart: string) {
    this.#turnPart = turnPart;
  }

  /** The items, each as far as it has come. */
  get items(): readonly JsonObject[] {
    return this.#items.map((current) => current());
  }

  get nextNumber(): number {
    return this.#nextNumber;
  }

  event(type: string, fields: JsonObject): ResponseEvent {
    const event: ResponseEvent = { type, sequence_number: this.#nextNumber, ...fields };
    this.#nextNumber += 1;
    return event;
  }

  /** Adds a slot for the next item. `prefix` begins its id. */
  open(prefix: string): ItemSlot {
    const index = this.#items.length;
    const slot = new ItemSlot(this, index, `${prefix}_${this.#turnPart}_${index}`);
    this.#items.push(() => slot.current());
    return slot;
  }
}

/** One item, from its first event to its last. */
export class ItemSlot {
  readonly #output: OutputWriter;
  readonly index: number;
  readonly id: string;
  /** The current state of the item; set by its writer. */
  current: () => JsonObject = () => ({});

  constructor(output: OutputWriter, index: number, id: string) {
    this.#output = output;
    this.index = index;
    this.id = id;
  }

  added(item: JsonObject, current: () => JsonObject = () => item): ResponseEvent {
    this.current = current;
    return this.#output.event("response.output_item.added", { output_index: this.index, item });
  }

  event(type: string, fields: JsonObject = {}): ResponseEvent {
    return this.#output.event(`response.${type}`, { item_id: this.id, output_index: this.index, ...fields });
  }

  /** An event of one of the few types without `item_id`. */
  namelessEvent(type: string, fields: JsonObject): ResponseEvent {
    return this.#output.event(`response.${type}`, { output_index: this.index, ...fields });
  }

  done(item: JsonObject): ResponseEvent {
    this.current = () => item;
    return this.#output.event("response.output_item.done", { output_index: this.index, item });
  }
}
