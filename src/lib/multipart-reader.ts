/** The body is not the multipart body that its boundary promises. */
export class MultipartError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MultipartError";
  }
}

export interface MultipartPart {
  /** Keyed by lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** The part's bytes as they arrive. Bytes still unread when the next part is requested are skipped. */
  readonly body: AsyncIterable<Uint8Array>;
}

const MAX_HEADER_BYTES = 16 * 1024;
const MAX_PARTS = 100;
const LINE_END = Buffer.from("\r\n");
const HEADERS_END = Buffer.from("\r\n\r\n");

/**
 * Yields the parts of a multipart body (RFC 2046) without ever holding a whole part in memory.
 * @throws MultipartError
 */
export async function* readMultipart(
  source: AsyncIterable<Uint8Array>,
  boundary: string,
): AsyncGenerator<MultipartPart, void, undefined> {
  // The first boundary may be at the very beginning; with this prefix it looks like all others.
  const reader = new DelimitedReader(source, LINE_END);
  const delimiter = Buffer.from(`\r\n--${boundary}`, "latin1");
  for await (const _ of reader.readUntil(delimiter));
  for (let count = 0; count < MAX_PARTS; count++) {
    const head = await reader.readHead();
    if (head === undefined) return;
    reader.isAtEnd = false;
    yield { headers: parseHeaders(head), body: reader.readUntil(delimiter) };
    if (!reader.isAtEnd) for await (const _ of reader.readUntil(delimiter));
  }
  throw new MultipartError("the body has too many parts");
}

function parseHeaders(head: string): ReadonlyMap<string, string> {
  return new Map(
    head.split("\r\n").flatMap((line): [string, string][] => {
      const colon = line.indexOf(":");
      return colon < 1 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]];
    }),
  );
}

/** Reads bytes up to a delimiter, wherever the source splits its chunks. */
class DelimitedReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #held: Buffer;
  /** Whether the last delimiter has been reached. */
  isAtEnd = false;

  constructor(source: AsyncIterable<Uint8Array>, start: Buffer) {
    this.#source = source[Symbol.asyncIterator]();
    this.#held = start;
  }

  /** Yields the bytes before the delimiter, and consumes the delimiter too. */
  async *readUntil(delimiter: Buffer): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const at = this.#held.indexOf(delimiter);
      // The last bytes may be the start of a delimiter that the next chunk completes.
      const end = at >= 0 ? at : Math.max(0, this.#held.length - delimiter.length + 1);
      const bytes = this.#held.subarray(0, end);
      this.#held = this.#held.subarray(at >= 0 ? at + delimiter.length : end);
      this.isAtEnd = at >= 0;
      if (bytes.length > 0) yield bytes;
      if (at >= 0) return;
      await this.#fill();
    }
  }

  /** The headers after a boundary; undefined when it was the last one. */
  async readHead(): Promise<string | undefined> {
    while (this.#held.length < 2) await this.#fill();
    if (this.#held.subarray(0, 2).toString("latin1") === "--") return undefined;
    let end = this.#held.indexOf(HEADERS_END);
    for (; end < 0; end = this.#held.indexOf(HEADERS_END)) {
      if (this.#held.length > MAX_HEADER_BYTES)
        throw new MultipartError("the headers of a part are too long");
      await this.#fill();
    }
    const head = this.#held.subarray(0, end).toString("utf8");
    this.#held = this.#held.subarray(end + HEADERS_END.length);
    return head;
  }

  async #fill(): Promise<void> {
    const next = await this.#source.next();
    if (next.done) throw new MultipartError("the body ends before its last boundary");
    this.#held = Buffer.concat([this.#held, next.value]);
  }
}
