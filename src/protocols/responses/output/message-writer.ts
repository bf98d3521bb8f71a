import type { JsonObject } from "../../../core/words/client-tool.ts";
import { AnswerTexts, messageIdPrefix, type ItemText } from "../items/answer-texts.ts";
import type { Citations } from "./citations.ts";
import type { Events, ItemEnd, ItemSlot, OutputWriter } from "./output-writer.ts";

/** Writes the text of an answer as message items, one for each continuous stretch of text. */
export class MessageWriter {
  readonly #output: OutputWriter;
  readonly #citations: Citations;
  readonly #texts = new AnswerTexts();
  #slot: ItemSlot | undefined;
  #text = "";
  #isBegun = false;
  #hasItems = false;

  constructor(output: OutputWriter, citations: Citations) {
    this.#output = output;
    this.#citations = citations;
  }

  get hasItems(): boolean {
    return this.#hasItems;
  }

  *add(piece: string): Events {
    if (!this.#isBegun) {
      this.#texts.begin();
      this.#isBegun = true;
    }
    yield* this.#write(this.#texts.add(piece));
  }

  /** Ends the item that is open, if any. */
  *close(end: ItemEnd): Events {
    if (!this.#isBegun) return;
    yield* this.#write(this.#texts.end());
    this.#isBegun = false;
    const slot = this.#slot;
    if (!slot) return;
    const annotations = this.#citations.findIn(this.#text);
    for (const [index, annotation] of annotations.entries()) {
      yield slot.event("output_text.annotation.added", {
        content_index: 0,
        annotation_index: index,
        annotation,
      });
    }
    const text = this.#text;
    yield slot.event("output_text.done", { content_index: 0, text, logprobs: [] });
    const part = outputText(text, annotations);
    yield slot.event("content_part.done", { content_index: 0, part });
    yield slot.done(message(slot.id, [part], end));
    this.#slot = undefined;
    this.#text = "";
  }

  /** An answer that says nothing is a message without text. */
  *empty(end: ItemEnd): Events {
    this.#isBegun = true;
    yield* this.#write({ text: "", isGlued: false });
    yield* this.close(end);
  }

  *refusal(text: string): Events {
    const slot = this.#output.open("msg");
    this.#hasItems = true;
    yield slot.added(message(slot.id, [], "in_progress"));
    yield slot.event("content_part.added", { content_index: 0, part: refusal("") });
    if (text !== "") yield slot.event("refusal.delta", { content_index: 0, delta: text });
    yield slot.event("refusal.done", { content_index: 0, refusal: text });
    yield slot.event("content_part.done", { content_index: 0, part: refusal(text) });
    yield slot.done(message(slot.id, [refusal(text)], "completed"));
  }

  *#write(piece: ItemText | undefined): Events {
    if (!piece) return;
    const slot = this.#slot ?? (yield* this.#open(piece.isGlued));
    if (piece.text === "") return;
    this.#text += piece.text;
    yield slot.event("output_text.delta", { content_index: 0, delta: piece.text, logprobs: [] });
  }

  *#open(isGlued: boolean): Generator<ReturnType<ItemSlot["event"]>, ItemSlot, undefined> {
    const slot = this.#output.open(messageIdPrefix(isGlued));
    this.#slot = slot;
    this.#hasItems = true;
    yield slot.added(message(slot.id, [], "in_progress"), () =>
      message(slot.id, [outputText(this.#text, [])], "in_progress"),
    );
    yield slot.event("content_part.added", { content_index: 0, part: outputText("", []) });
    return slot;
  }
}

function message(id: string, content: readonly JsonObject[], status: ItemEnd | "in_progress"): JsonObject {
  return { id, type: "message", status, role: "assistant", content };
}

function outputText(text: string, annotations: readonly JsonObject[]): JsonObject {
  return { type: "output_text", text, annotations, logprobs: [] };
}

function refusal(text: string): JsonObject {
  return { type: "refusal", refusal: text };
}
