import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { CallWriter } from "./call-writer.ts";
import { InputDecoder } from "../../input-decoder.ts";
import type { Events, ItemEnd, ItemSlot, OutputWriter } from "./output-writer.ts";
import { readObject } from "../read-object.ts";

/** Writes a call of a custom tool: the free text inside the only argument, `input`. */
export class CustomCallWriter implements CallWriter {
  readonly #slot: ItemSlot;
  readonly #callId: string;
  readonly #name: JsonObject;
  readonly #decoder = new InputDecoder();
  #input = "";

  constructor(output: OutputWriter, callId: string, name: JsonObject) {
    this.#slot = output.open("ctc");
    this.#callId = callId;
    this.#name = name;
  }

  *start(): Events {
    yield this.#slot.added(this.#item("in_progress"), () => this.#item("in_progress"));
  }

  *add(text: string): Events {
    yield* this.#write(this.#decoder.add(text));
  }

  *end(whole: string): Events {
    const input = inputOf(whole);
    if (input.startsWith(this.#input)) yield* this.#write(input.slice(this.#input.length));
    this.#input = input;
    yield* this.#finish("completed");
  }

  *cut(): Events {
    yield* this.#finish("incomplete");
  }

  *#write(delta: string): Events {
    if (delta === "") return;
    this.#input += delta;
    yield this.#slot.event("custom_tool_call_input.delta", { delta });
  }

  *#finish(end: ItemEnd): Events {
    yield this.#slot.event("custom_tool_call_input.done", { input: this.#input });
    yield this.#slot.done(this.#item(end));
  }

  #item(status: ItemEnd | "in_progress"): JsonObject {
    return {
      id: this.#slot.id,
      type: "custom_tool_call",
      status,
      call_id: this.#callId,
      ...this.#name,
      input: this.#input,
    };
  }
}

/** Malformed arguments are passed on whole: the client knows best how to respond to them. */
function inputOf(whole: string): string {
  const input = readObject(whole)["input"];
  return typeof input === "string" ? input : whole;
}
