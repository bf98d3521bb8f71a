/** An answer with the times at which its parts arrived, in milliseconds after the request was sent. */
export interface TimedAnswer {
  readonly text: string;
  readonly firstTokenMs: number;
  readonly lastTokenMs: number;
  /** When the turn was over: the end of the response body, or the SDK's `result`. */
  readonly endMs: number;
}

/** Takes the times of one answer. Made at the moment in which the request is sent. */
export class AnswerTimer {
  readonly #startedAt = performance.now();
  #text = "";
  #firstTokenMs: number | undefined;
  #lastTokenMs = 0;

  addText(text: string): void {
    this.#lastTokenMs = performance.now() - this.#startedAt;
    this.#firstTokenMs ??= this.#lastTokenMs;
    this.#text += text;
  }

  /** @throws Error when the answer is not the expected one: its times would mean nothing. */
  finish(who: string, expectedText: string): TimedAnswer {
    const endMs = performance.now() - this.#startedAt;
    if (this.#text !== expectedText || this.#firstTokenMs === undefined) {
      throw new Error(`${who} answered "${shorten(this.#text)}" instead of "${shorten(expectedText)}".`);
    }
    const text = this.#text;
    return { text, firstTokenMs: this.#firstTokenMs, lastTokenMs: this.#lastTokenMs, endMs };
  }
}

function shorten(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}… (${text.length} characters)`;
}
