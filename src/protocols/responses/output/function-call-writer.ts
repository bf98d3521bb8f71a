import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { CallWriter } from "./call-writer.ts";
import type { Events, ItemEnd, ItemSlot, OutputWriter } from "./output-writer.ts";

/** Writes a function call, streaming its arguments. */
export class FunctionCallWriter implements CallWriter {
  readonly #slot: ItemSlot;
  readonly #callId: string;
  readonly #name: JsonObject;
  #arguments = "";

  /** `name`: the fields that name the function. */
  constructor(output: OutputWriter, callId: string, name: JsonObject) {
    this.#slot = output.open("fc");
    this.#callId = callId;
    this.#name = name;
  }

  *start(): Events {
    yield this.#slot.added(this.#item("in_progress"), () => this.#item("in_progress"));
  }

  *add(text: string): Events {
    if (text === "") return;
    this.#arguments += text;
    yield this.#slot.event("function_call_arguments.delta", { delta: text });
  }

  *end(whole: string): Events {
    // Arguments that did not arrive in pieces are sent as one.
    if (whole.startsWith(this.#arguments)) yield* this.add(whole.slice(this.#arguments.length));
    this.#arguments = whole;
    yield* this.#finish("completed");
  }

  *cut(): Events {
    yield* this.#finish("incomplete");
  }

  *#finish(end: ItemEnd): Events {
    yield this.#slot.event("function_call_arguments.done", {
      name: this.#name["name"],
      arguments: this.#arguments,
    });
    yield this.#slot.done(this.#item(end));
  }

  #item(status: ItemEnd | "in_progress"): JsonObject {
    return {
      id: this.#slot.id,
      type: "function_call",
      status,
      call_id: this.#callId,
      ...this.#name,
      arguments: this.#arguments,
    };
  }
}
