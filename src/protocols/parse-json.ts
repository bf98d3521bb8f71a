import { Breath } from "../lib/breath.ts";
import { JsonScan, type LargeValue } from "./json-scan.ts";

/** Smaller texts are parsed at once, in a millisecond or two. */
const AT_ONCE_BYTES = 128 * 1024;
const SCAN_BYTES = 32 * 1024;
/** A number or word that is longer takes long to read. */
const MAX_LITERAL_LENGTH = 4_096;

const [QUOTE] = [...Buffer.from('"')];
const [SPACE, TAB, RETURN, FEED] = [...Buffer.from(" \t\r\n")];
const BYTE_ORDER_MARK = Buffer.from("\uFEFF");

/**
 * Parses JSON like `JSON.parse`, but in slices: a large text is split and put together again, so that nobody is blocked
 * meanwhile.
 * @param bytes - UTF-8, optionally after a byte order mark
 * @param atOnceBytes - larger texts are split
 * @throws SyntaxError when it is not JSON, TypeError when it is not UTF-8, AppError when it exceeds the limits of `JsonScan`
 */
export async function parseJson(bytes: Uint8Array, atOnceBytes = AT_ONCE_BYTES): Promise<unknown> {
  const breath = new Breath();
  const scan = new JsonScan(bytes, atOnceBytes);
  while (!scan.look(SCAN_BYTES)) if (breath.isDue) await breath.take();
  const start = BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte) ? BYTE_ORDER_MARK.length : 0;
  return new Parser(bytes, atOnceBytes, breath).parse(start, bytes.length, scan.root);
}

class Parser {
  readonly #bytes: Uint8Array;
  readonly #atOnceBytes: number;
  readonly #breath: Breath;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  constructor(bytes: Uint8Array, atOnceBytes: number, breath: Breath) {
    this.#bytes = bytes;
    this.#atOnceBytes = atOnceBytes;
    this.#breath = breath;
  }

  /** Parses the value in this range; `large` is the list or object that should fill it. */
  async parse(start: number, end: number, large: LargeValue | undefined): Promise<unknown> {
    if (this.#breath.isDue) await this.#breath.take();
    if (!large && end - start <= this.#atOnceBytes) return this.#parseAtOnce(start, end);
    const from = await this.#skipBlanks(start, end);
    const to = await this.#skipBlanksBefore(from, end);
    if (large) {
      if (large.start !== from || large.end !== to) throw new SyntaxError("Something stands beside a value.");
      return large.isList ? this.#parseList(large) : this.#parseObject(large);
    }
    if (this.#bytes[from] === QUOTE) return this.#parseText(from, to);
    if (to - from > MAX_LITERAL_LENGTH) {
      // A list or object whose brackets do not match, or a number of thousands of digits.
      throw new SyntaxError("What stands there is no JSON value of any sensible size.");
    }
    return this.#parseAtOnce(from, to);
  }

  #parseAtOnce(start: number, end: number): unknown {
    return JSON.parse(this.#decode(start, end));
  }

  async #parseList({ start, marks, large }: LargeValue): Promise<unknown[]> {
    const list: unknown[] = [];
    let from = start + 1;
    if (await this.#isBlank(from, marks)) return list;
    for (let part = 0; part < marks.length / 2; part += 1) {
      const end = marks[2 * part + 1] ?? from;
      list.push(await this.parse(from, end, large?.get(part)));
      from = end + 1;
    }
    return list;
  }

  async #parseObject({ start, marks, large }: LargeValue): Promise<object> {
    const object = {};
    let from = start + 1;
    if (await this.#isBlank(from, marks)) return object;
    for (let part = 0; part < marks.length / 2; part += 1) {
      const [colon = -1, end = from] = marks.slice(2 * part, 2 * part + 2);
      if (colon === -1) throw new SyntaxError("A field has no value.");
      const key = await this.parse(from, colon, undefined);
      if (typeof key !== "string") throw new SyntaxError("The name of a field is no text.");
      const value = await this.parse(colon + 1, end, large?.get(part));
      // Not a plain assignment: `__proto__` must be a field like any other.
      Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
      from = end + 1;
    }
    return object;
  }

  /** Whether there is nothing between the brackets. */
  async #isBlank(start: number, marks: readonly number[]): Promise<boolean> {
    const [colon = -1, end = start] = marks;
    return marks.length === 2 && colon === -1 && (await this.#skipBlanks(start, end)) === end;
  }

  async #parseText(start: number, end: number): Promise<string> {
    if (end - start < 2 || this.#bytes[end - 1] !== QUOTE) throw new SyntaxError("A text has no end.");
    const pieces: string[] = [];
    for (const [from, to] of cutText(this.#bytes, start + 1, end - 1, this.#atOnceBytes)) {
      pieces.push(String(JSON.parse(`"${this.#decode(from, to)}"`)));
      if (this.#breath.isDue) await this.#breath.take();
    }
    return pieces.join("");
  }

  #decode(start: number, end: number): string {
    return this.#decoder.decode(this.#bytes.subarray(start, end));
  }

  async #skipBlanks(start: number, end: number): Promise<number> {
    let at = start;
    for (; at < end && isBlank(this.#bytes[at]); at += 1) {
      if (at % SCAN_BYTES === 0 && this.#breath.isDue) await this.#breath.take();
    }
    return at;
  }

  async #skipBlanksBefore(start: number, end: number): Promise<number> {
    let at = end;
    for (; at > start && isBlank(this.#bytes[at - 1]); at -= 1) {
      if (at % SCAN_BYTES === 0 && this.#breath.isDue) await this.#breath.take();
    }
    return at;
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === RETURN || byte === FEED;
}

const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
/** `\u00e9` */
const LONGEST_ESCAPE = 6;

/**
 * Splits the content of a JSON string into pieces of about `size` bytes. None ends inside an escape or a character, so that each
 * piece is a valid string of its own.
 */
function* cutText(
  bytes: Uint8Array,
  start: number,
  end: number,
  size: number,
): Generator<readonly [from: number, to: number]> {
  let from = start;
  while (end - from > size) {
    const to = placeBefore(bytes, from, from + size);
    yield [from, to];
    from = to;
  }
  yield [from, end];
}

function placeBefore(bytes: Uint8Array, from: number, limit: number): number {
  let to = limit;
  while (to > from + 1 && isContinuation(bytes[to])) to -= 1;
  let last = to - 1;
  while (last > Math.max(from, to - LONGEST_ESCAPE) && bytes[last] !== BACKSLASH) last -= 1;
  if (bytes[last] !== BACKSLASH) return to;
  let first = last;
  while (first > from && bytes[first - 1] === BACKSLASH) first -= 1;
  // Backslashes in pairs stand for one each; an odd one starts the escape that would be cut.
  const isEscape = (last - first) % 2 === 0;
  if (!isEscape) return to;
  // A piece that begins with the escape takes all of it.
  return last > from ? last : Math.max(to, from + (bytes[from + 1] === LETTER_U ? LONGEST_ESCAPE : 2));
}

/** Whether a byte is inside a UTF-8 character. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
