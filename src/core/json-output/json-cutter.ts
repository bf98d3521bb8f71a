import type { JsonKind } from "./json-kind.ts";

type State =
  /** Before the value: white space, prose, the opening line of a code fence. */
  | "before"
  /** In an object, an array or a string. */
  | "inside"
  /** In a number or a word. */
  | "bare"
  | "after";

/**
 * Passes on the first JSON value of a text and nothing around it: no prose, no code fence. It takes the text in pieces, looks at
 * each character once, and holds back only what may turn out to begin the value. Whether the value is valid shows only when it is
 * parsed.
 */
export class JsonCutter {
  readonly #kinds: ReadonlySet<JsonKind>;
  #state: State = "before";
  /** An opening bracket and the white space after it, until the next character shows whether a value begins there. */
  #opening = "";
  /** Only white space has come so far in this text or code fence: a value without brackets can begin only here. */
  #isFirst = true;
  #isLineStart = true;
  #isFenceLine = false;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;

  constructor(kinds: ReadonlySet<JsonKind>) {
    this.#kinds = kinds;
  }

  /** Takes the next piece of the text; returns the part that belongs to the value. */
  push(text: string): string {
    if (this.#state === "after") return "";
    let opening = "";
    let start = this.#state === "before" ? text.length : 0;
    for (let index = 0; index < text.length; index += 1) {
      const character = text.charAt(index);
      if (this.#state === "before") {
        if (!this.#begins(character)) continue;
        opening = this.#opening;
        this.#opening = "";
        start = index;
      }
      if (this.#ends(character)) {
        const isPart = this.#state === "inside";
        this.#state = "after";
        return opening + text.slice(start, isPart ? index + 1 : index);
      }
    }
    return opening + text.slice(start);
  }

  /** Called when what follows is a new text, for example after a tool call. */
  breakText(): void {
    this.#opening = "";
    this.#isFirst = this.#isLineStart = true;
    this.#isFenceLine = false;
  }

  /** Whether the value begins with this character, after what `#opening` holds. */
  #begins(character: string): boolean {
    if (this.#opening !== "") {
      if (isWhiteSpace(character)) {
        this.#opening += character;
        return false;
      }
      const follows = this.#opening.startsWith("{") ? /["}]/ : /["[{\]\-0-9tfn]/;
      if (follows.test(character)) {
        this.#state = "inside";
        this.#depth = 1;
        return true;
      }
      this.#opening = "";
    }
    return this.#beginsHere(character);
  }

  #beginsHere(character: string): boolean {
    const isFirst = this.#isFirst;
    const isLineStart = this.#isLineStart;
    this.#isLineStart = character === "\n" || (isLineStart && isWhiteSpace(character));
    if (isWhiteSpace(character)) {
      if (character === "\n" && this.#isFenceLine) {
        this.#isFenceLine = false;
        this.#isFirst = true;
      }
      return false;
    }
    this.#isFirst = false;
    if (character === "`" && isLineStart) this.#isFenceLine = true;
    const kind = kindOf(character);
    const isBracket = kind === "object" || kind === "array";
    // An answer that begins with a bracket is that value, even if it is of the wrong kind: a part of it would be misleading.
    if (kind === undefined || !(this.#kinds.has(kind) || (isBracket && isFirst))) return false;
    if (isBracket) {
      this.#opening = character;
      return false;
    }
    if (isFirst) this.#state = kind === "string" ? "inside" : "bare";
    return isFirst;
  }

  /** Takes one more character; true when it is the value's last one, or the first after a number or a word. */
  #ends(character: string): boolean {
    if (this.#state === "bare") return !/[\w+.-]/.test(character);
    if (this.#isInString) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (character === "\\") this.#isEscaped = true;
      else if (character === '"') this.#isInString = false;
      return this.#depth === 0 && !this.#isInString;
    }
    if (character === '"') this.#isInString = true;
    else if (character === "{" || character === "[") this.#depth += 1;
    else if (character === "}" || character === "]") this.#depth -= 1;
    return this.#depth === 0 && !this.#isInString;
  }
}

function isWhiteSpace(character: string): boolean {
  return character === " " || character === "\n" || character === "\r" || character === "\t";
}

function kindOf(character: string): JsonKind | undefined {
  if (character === "{") return "object";
  if (character === "[") return "array";
  if (character === '"') return "string";
  if (character === "t" || character === "f") return "boolean";
  if (character === "n") return "null";
  return /[-0-9]/.test(character) ? "number" : undefined;
}
