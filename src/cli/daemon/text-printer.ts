import { styled, type Style } from "../../lib/styled-line.ts";
import type { Terminal } from "../terminal.ts";

/** Prints text as it comes, piece by piece. Its line breaks break lines; nothing else in it steers the terminal. */
export class TextPrinter {
  readonly #terminal: Pick<Terminal, "print" | "printPart">;
  #isInLine = false;
  #style: Style | undefined;
  /** The first half of a character whose second half has not come yet. */
  #half = "";

  constructor(terminal: Pick<Terminal, "print" | "printPart">) {
    this.#terminal = terminal;
  }

  /** Text of another style begins a line. */
  add(text: string, style?: Style): void {
    if (style !== this.#style) this.end();
    this.#style = style;
    const all = this.#half + text;
    this.#half = /[\ud800-\udbff]$/.exec(all)?.[0] ?? "";
    const lines = all.slice(0, all.length - this.#half.length).split(/\r?\n/);
    const last = lines.pop() ?? "";
    for (const line of lines) this.#terminal.print(toSpan(line, style));
    if (lines.length > 0) this.#isInLine = false;
    if (last === "") return;
    this.#terminal.printPart(toSpan(last, style));
    this.#isInLine = true;
  }

  /** Ends the line that has been begun. */
  end(): void {
    if (this.#isInLine) this.#terminal.print("");
    this.#isInLine = false;
  }
}

function toSpan(text: string, style: Style | undefined) {
  // A tab is text, too.
  const spaced = text.replaceAll("\t", "    ");
  return style ? styled(style, spaced) : spaced;
}
