import { activityPrefix } from "./activity-items.ts";
import type { ActivityWriter } from "./activity-writer.ts";
import type { Events, ItemEnd, ItemSlot, OutputWriter } from "../output/output-writer.ts";
import { endSummary, reasoningItem, summaryText } from "../output/reasoning-writer.ts";

/** Writes an activity for which OpenAI has no item, as a line of reasoning that ends with the activity. */
export class NoteActivityWriter implements ActivityWriter {
  readonly #slot: ItemSlot;
  readonly #text: string;

  constructor(output: OutputWriter, text: string) {
    this.#slot = output.open(activityPrefix("rs"));
    this.#text = text;
  }

  *start(): Events {
    const { id } = this.#slot;
    yield this.#slot.added(reasoningItem(id, [], "in_progress"), () =>
      reasoningItem(id, [this.#text], "in_progress"),
    );
    yield this.#slot.event("reasoning_summary_part.added", { summary_index: 0, part: summaryText("") });
    yield this.#slot.event("reasoning_summary_text.delta", { summary_index: 0, delta: this.#text });
    yield* endSummary(this.#slot, this.#text);
  }

  *end(): Events {
    yield* this.#finish("completed");
  }

  *cut(): Events {
    yield* this.#finish("incomplete");
  }

  *#finish(end: ItemEnd): Events {
    yield this.#slot.done(reasoningItem(this.#slot.id, [this.#text], end));
  }
}
