import { RequestError } from "./request-error.ts";

/** Far beyond any conversation; what is beyond it would hold up everybody else while it is read. */
const MAX_DEPTH = 512;
const MAX_VALUES = 200_000;
const MAX_FIELDS = 4_096;
const MAX_ELEMENTS = 16_384;
/** Messages, items, tools: of a list that stands in the body itself. */
const MAX_ITEMS = 8_192;

const [QUOTE, BACKSLASH, COMMA, COLON, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [
  ...Buffer.from('"\\,:[]{}'),
];

/**
 * Looks through a JSON text, in slices, before it is parsed: how deep it is, how many values it has, how many fields an object, how
 * many elements a list. Texts may be as long as they like. What is no JSON is left to the parser.
 */
export class JsonBounds {
  readonly #bytes: Uint8Array;
  /** How many elements the lists have that are open here, and how many fields the objects. */
  readonly #open: { readonly isList: boolean; count: number }[] = [];
  #at = 0;
  #values = 0;

  /** @param bytes - UTF-8 */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /**
   * Looks at about so many more bytes; true at the end.
   * @throws RequestError when it goes beyond a bound
   */
  look(count: number): boolean {
    const bytes = this.#bytes;
    const end = Math.min(bytes.length, this.#at + count);
    while (this.#at < end) {
      const byte = bytes[this.#at];
      this.#at += 1;
      switch (byte) {
        case QUOTE:
          this.#skipText();
          break;
        case OPEN_LIST:
        case OPEN_OBJECT:
          this.#open.push({ isList: byte === OPEN_LIST, count: 0 });
          if (this.#open.length > MAX_DEPTH) throw beyond(`it is nested more than ${MAX_DEPTH} levels deep`);
          this.#countValue();
          break;
        case CLOSE_LIST:
        case CLOSE_OBJECT:
          this.#open.pop();
          break;
        case COMMA:
          this.#countValue();
          this.#count(true, MAX_ELEMENTS, "a list in it has more than %d elements");
          break;
        case COLON:
          this.#count(false, MAX_FIELDS, "an object in it has more than %d fields");
          break;
        default:
      }
    }
    return this.#at >= bytes.length;
  }

  /** Goes behind the quote that ends a text. */
  #skipText(): void {
    const bytes = this.#bytes;
    const start = this.#at;
    for (;;) {
      const quote = bytes.indexOf(Number(QUOTE), this.#at);
      this.#at = quote === -1 ? bytes.length : quote + 1;
      let escapes = 0;
      while (quote - 1 - escapes >= start && bytes[quote - 1 - escapes] === BACKSLASH) escapes += 1;
      if (escapes % 2 === 0) return;
    }
  }

  #countValue(): void {
    this.#values += 1;
    if (this.#values > MAX_VALUES) throw beyond(`it has more than ${MAX_VALUES} values`);
  }

  #count(isList: boolean, most: number, problem: string): void {
    const inner = this.#open.at(-1);
    if (inner?.isList !== isList) return;
    inner.count += 1;
    if (inner.count > most) throw beyond(problem.replace("%d", String(most)));
  }
}

/**
 * What is told only once it is parsed: how long its lists are.
 * @throws RequestError in OpenAI's words
 */
export function requireShortLists(body: unknown): void {
  if (typeof body !== "object" || body === null) return;
  for (const [name, value] of Object.entries(body)) {
    if (!Array.isArray(value) || value.length <= MAX_ITEMS) continue;
    throw new RequestError(
      "array_above_max_length",
      `Invalid '${name}': array too long. Expected an array with maximum length ${MAX_ITEMS}, but got an array with length ${value.length} instead.`,
      name,
    );
  }
}

function beyond(problem: string): RequestError {
  return new RequestError(null, `The JSON that was sent is more than this server reads: ${problem}.`);
}
