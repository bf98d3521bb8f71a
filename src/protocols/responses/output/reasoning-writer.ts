import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { ResponseHead } from "../response-head.ts";
import type { Events, ItemEnd, ItemSlot, OutputWriter } from "./output-writer.ts";

/**
 * Writes thinking as reasoning items, one for each block. Like OpenAI's, the text is a summary, present only if the client asked
 * for summaries. Text and signature make up the encrypted content, which a client that stores no state here can send back.
 */
export class ReasoningWriter {
  readonly #output: OutputWriter;
  readonly #showsText: boolean;
  /** Undefined when the client did not ask for encrypted content. */
  readonly #seal: ResponseHead["seal"] | undefined;
  #slot: ItemSlot | undefined;
  #text = "";
  #hasPart = false;

  constructor(output: OutputWriter, head: Pick<ResponseHead, "showsReasoning" | "include" | "seal">) {
    this.#output = output;
    this.#showsText = head.showsReasoning;
    this.#seal = head.include.has("reasoning.encrypted_content") ? head.seal : undefined;
  }

  *add(text: string): Events {
    if (text === "") return;
    const slot = this.#slot ?? (yield* this.#open());
    this.#text += text;
    if (!this.#showsText) return;
    if (!this.#hasPart) {
      this.#hasPart = true;
      yield slot.event("reasoning_summary_part.added", { summary_index: 0, part: summaryText("") });
    }
    yield slot.event("reasoning_summary_text.delta", { summary_index: 0, delta: text });
  }

  /** The block is complete. */
  *end(signature: string, model: string): Events {
    const slot = this.#slot ?? (yield* this.#open());
    yield* this.#finish(slot, "completed", { text: this.#text, signature, model });
  }

  /** A block that only the API can read. */
  *redacted(data: string, model: string): Events {
    const slot = yield* this.#open();
    yield* this.#finish(slot, "completed", { data, model });
  }

  /** Ends the item that is open, if any, without a signature. */
  *close(end: ItemEnd): Events {
    if (this.#slot) yield* this.#finish(this.#slot, end);
  }

  *#open(): Generator<ReturnType<ItemSlot["event"]>, ItemSlot, undefined> {
    const slot = this.#output.open("rs");
    this.#slot = slot;
    this.#text = "";
    this.#hasPart = false;
    yield slot.added(reasoningItem(slot.id, [], "in_progress"), () =>
      reasoningItem(slot.id, this.#summary, "in_progress"),
    );
    return slot;
  }

  get #summary(): readonly string[] {
    return this.#hasPart ? [this.#text] : [];
  }

  *#finish(slot: ItemSlot, end: ItemEnd, thought?: JsonObject): Events {
    if (this.#hasPart) yield* endSummary(slot, this.#text);
    const item = reasoningItem(slot.id, this.#summary, end);
    this.#slot = undefined;
    yield slot.done(thought && this.#seal ? { ...item, encrypted_content: this.#seal(thought) } : item);
  }
}

/** The events after the last delta of a summary's only part. */
export function* endSummary(slot: ItemSlot, text: string): Events {
  yield slot.event("reasoning_summary_text.done", { summary_index: 0, text });
  yield slot.event("reasoning_summary_part.done", { summary_index: 0, part: summaryText(text) });
}

export function reasoningItem(
  id: string,
  summary: readonly string[],
  status: ItemEnd | "in_progress",
): JsonObject {
  return { id, type: "reasoning", status, summary: summary.map(summaryText) };
}

export function summaryText(text: string): JsonObject {
  return { type: "summary_text", text };
}
