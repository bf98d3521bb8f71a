import { AppError } from "../core/words/app-error.ts";
import { RequestError } from "./request-error.ts";

/** Far beyond any conversation; larger requests would block everybody else while they are read. */
const MAX_DEPTH = 512;
export const MAX_VALUES = 200_000;
const MAX_FIELDS = 4_096;
const MAX_ELEMENTS = 16_384;
/** In bytes, for all strings together: no model's context window holds more. */
export const MAX_TEXT_BYTES = 10 * 1024 * 1024;
/** Fields that hold base64 files or `data:` URLs; all other strings are text for Claude. */
const DATA_FIELDS: ReadonlySet<string> = new Set(["data", "file_data", "image_url", "url"]);
const MAX_DATA_FIELD_LENGTH = 16;
/** Whether such a short one is data makes no difference. */
const SHORT_TEXT_BYTES = 1_024;

const [QUOTE, BACKSLASH, COMMA, COLON, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [
  ...Buffer.from('"\\,:[]{}'),
];

/** A list or object of some size: its position, including both brackets, and its parts. */
export interface LargeValue {
  readonly isList: boolean;
  readonly start: number;
  readonly end: number;
  /** For each part, from one comma to the next: the position of its colon (-1 without one), and of its end. */
  readonly marks: readonly number[];
  /** The parts that are large themselves, by index. */
  readonly large?: ReadonlyMap<number, LargeValue>;
}

interface Frame {
  readonly isList: boolean;
  readonly start: number;
  readonly marks: number[];
  large?: Map<number, LargeValue>;
  count: number;
  /** The colon of the current part. */
  colon: number;
  keyStart: number;
  keyEnd: number;
}

/**
 * Scans a JSON text in slices before it is parsed: its depth, its number of values, the fields per object, the elements per list,
 * and the amount of text for Claude. Notes how it can be split. Invalid JSON is left for the parser to refuse.
 */
export class JsonScan {
  readonly #bytes: Uint8Array;
  readonly #largeBytes: number;
  /** The lists and objects that are open at this position. */
  readonly #open: Frame[] = [];
  #at = 0;
  #values = 0;
  #textBytes = 0;
  #root: LargeValue | undefined;

  /**
   * @param bytes - UTF-8
   * @param largeBytes - for values larger than this, it notes how to split them
   */
  constructor(bytes: Uint8Array, largeBytes: number) {
    this.#bytes = bytes;
    this.#largeBytes = largeBytes;
  }

  /** The whole value once it has been scanned; undefined when it is small, or not a list or object. */
  get root(): LargeValue | undefined {
    return this.#root;
  }

  /** How many lists, objects and parts of them it has found. */
  get values(): number {
    return this.#values;
  }

  /**
   * Scans about `count` more bytes; true at the end.
   * @throws RequestError when a limit is exceeded, AppError `context-length-exceeded` when there is too much text
   */
  look(count: number): boolean {
    const bytes = this.#bytes;
    const end = Math.min(bytes.length, this.#at + count);
    while (this.#at < end) {
      const byte = bytes[this.#at];
      this.#at += 1;
      switch (byte) {
        case QUOTE:
          this.#readText();
          break;
        case OPEN_LIST:
        case OPEN_OBJECT:
          this.#enter(byte === OPEN_LIST);
          break;
        case CLOSE_LIST:
        case CLOSE_OBJECT:
          this.#leave(byte === CLOSE_LIST);
          break;
        case COMMA:
          this.#countValue();
          this.#count(true, MAX_ELEMENTS, "a list in it has more than %d elements");
          this.#endPart(this.#open.at(-1));
          break;
        case COLON:
          this.#count(false, MAX_FIELDS, "an object in it has more than %d fields");
          this.#noteColon();
          break;
        default:
      }
    }
    return this.#at >= bytes.length;
  }

  /** Moves past the quote that ends a string. */
  #readText(): void {
    const bytes = this.#bytes;
    const start = this.#at;
    for (;;) {
      const quote = bytes.indexOf(Number(QUOTE), this.#at);
      this.#at = quote === -1 ? bytes.length : quote + 1;
      let escapes = 0;
      while (quote - 1 - escapes >= start && bytes[quote - 1 - escapes] === BACKSLASH) escapes += 1;
      if (escapes % 2 === 0) break;
    }
    const frame = this.#open.at(-1);
    if (frame && !frame.isList && frame.colon === -1) {
      frame.keyStart = start;
      frame.keyEnd = this.#at - 1;
    } else if (this.#at - start > SHORT_TEXT_BYTES && this.#isData(frame)) return;
    this.#textBytes += this.#at - start;
    if (this.#textBytes > MAX_TEXT_BYTES) throw tooMuchText();
  }

  #isData(frame: Frame | undefined): boolean {
    if (!frame || frame.isList || frame.keyEnd - frame.keyStart > MAX_DATA_FIELD_LENGTH) return false;
    return DATA_FIELDS.has(String.fromCharCode(...this.#bytes.subarray(frame.keyStart, frame.keyEnd)));
  }

  #enter(isList: boolean): void {
    this.#open.push({
      isList,
      start: this.#at - 1,
      marks: [],
      count: 0,
      colon: -1,
      keyStart: 0,
      keyEnd: 0,
    });
    if (this.#open.length > MAX_DEPTH) throw beyond(`it is nested more than ${MAX_DEPTH} levels deep`);
    this.#countValue();
  }

  #leave(isList: boolean): void {
    const frame = this.#open.pop();
    if (!frame) return;
    this.#endPart(frame);
    const { start, marks, large } = frame;
    // A value closed by the wrong kind of bracket is treated as small: the parser then finds the mistake.
    if (frame.isList !== isList || this.#at - start <= this.#largeBytes) return;
    const value = { isList, start, end: this.#at, marks, ...(large && { large }) };
    const outer = this.#open.at(-1);
    if (outer) (outer.large ??= new Map()).set(outer.marks.length / 2, value);
    else this.#root = value;
  }

  #endPart(frame: Frame | undefined): void {
    if (!frame) return;
    frame.marks.push(frame.colon, this.#at - 1);
    frame.colon = -1;
  }

  #noteColon(): void {
    const frame = this.#open.at(-1);
    if (frame?.colon === -1) frame.colon = this.#at - 1;
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

export function beyond(problem: string): RequestError {
  return new RequestError(null, `The JSON that was sent is more than this server reads: ${problem}.`);
}

function tooMuchText(): AppError {
  return new AppError({
    kind: "context-length-exceeded",
    message: "The conversation is longer than the model's context window. Shorten it or start a new one.",
  });
}
