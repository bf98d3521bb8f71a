import type { ActivityEnd } from "../../../core/words/turn-event.ts";
import type { ActivityWriter } from "./activity-writer.ts";
import type { Events } from "../output/output-writer.ts";

/**
 * Writes a call once it has ended or is known to be running: until then it may turn out to need the client's approval, and an
 * item that has begun cannot be taken back.
 */
export class DeferredActivityWriter implements ActivityWriter {
  readonly #create: () => ActivityWriter;
  #writer: ActivityWriter | undefined;

  constructor(create: () => ActivityWriter) {
    this.#create = create;
  }

  get isDeferrable(): boolean {
    return this.#writer === undefined;
  }

  *start(): Events {}

  *begin(): Events {
    if (this.#writer) return;
    this.#writer = this.#create();
    yield* this.#writer.start();
  }

  *end(end: ActivityEnd): Events {
    yield* this.begin();
    if (this.#writer) yield* this.#writer.end(end);
  }

  /** A call that has not begun may not have run at all. */
  *cut(): Events {
    if (this.#writer) yield* this.#writer.cut();
  }
}
