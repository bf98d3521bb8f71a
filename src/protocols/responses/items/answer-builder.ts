import type { AnswerMessage, AnswerPart, ToolCallPart } from "../../../core/words/message.ts";
import { joinAnswerTexts } from "./answer-texts.ts";

/** A call that an answer makes, and its name in error messages. */
export interface AnswerCall {
  readonly part: ToolCallPart;
  readonly kind: string;
  readonly index: number;
}

/** Joins the items between two inputs into one answer, with the text that it had before it was split into items. */
export class AnswerBuilder {
  readonly #parts: AnswerPart[] = [];
  readonly #calls: AnswerCall[] = [];
  #lastCharacter = "";

  get calls(): readonly AnswerCall[] {
    return this.#calls;
  }

  addText(text: string, isGlued: boolean): void {
    const before = { text: this.#lastCharacter, isGlued: true };
    const added = joinAnswerTexts([before, { text, isGlued }]).slice(this.#lastCharacter.length);
    if (added === "") return;
    this.#lastCharacter = added.slice(-1);
    const last = this.#parts.at(-1);
    if (last?.type === "text") this.#parts.splice(-1, 1, { type: "text", text: last.text + added });
    else this.#parts.push({ type: "text", text: added });
  }

  add(part: Exclude<AnswerPart, ToolCallPart>): void {
    this.#parts.push(part);
  }

  addCall(call: AnswerCall): void {
    this.#calls.push(call);
    this.#parts.push(call.part);
  }

  /** An answer that says nothing is an empty text, just as it was recorded. */
  get message(): AnswerMessage {
    const says = this.#parts.some((part) => part.type === "text" || part.type === "tool-call");
    const content = says ? this.#parts : [...this.#parts, { type: "text", text: "" } as const];
    return { role: "assistant", content };
  }
}
