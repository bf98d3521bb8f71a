import type { TextDelta } from "../../core/words/turn-event.ts";

/** Follows the text of a turn across its model calls. */
export class AnswerText {
  #isOpen = false;
  #hasTextInCall = false;
  #hasTextBefore = false;
  #lastCharacter = "";

  /** A text block has begun and is not complete. One of white space alone is nothing to Claude Code, which never tells its end. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The model call that is streaming has said something, which a retry would repeat. */
  get hasTextInCall(): boolean {
    return this.#hasTextInCall;
  }

  callStarted(): void {
    this.#hasTextBefore ||= this.#hasTextInCall;
    this.#hasTextInCall = false;
  }

  /** What the last model call said is not part of the answer. */
  takeBack(): void {
    this.#hasTextInCall = false;
  }

  blockEnded(): void {
    this.#isOpen = false;
  }

  *add(text: string): Generator<TextDelta> {
    if (text === "") return;
    // What Claude says after a tool call is a new paragraph, not the rest of the sentence before it.
    const isNewParagraph = !this.#hasTextInCall && this.#hasTextBefore && this.#lastCharacter !== "\n";
    this.#hasTextInCall = true;
    this.#isOpen ||= text.trim() !== "";
    this.#lastCharacter = text.slice(-1);
    yield { type: "text-delta", text: isNewParagraph ? `\n\n${text}` : text };
  }
}
