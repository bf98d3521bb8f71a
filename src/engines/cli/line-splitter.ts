/** Far above the longest line that Claude Code writes, and below what fits into a string. */
const MAX_LINE_BYTES = 256 * 1024 * 1024;

const NEWLINE = 0x0a;

/** Makes whole lines of chunks that are split anywhere, in the middle of a character too. */
export class LineSplitter {
  readonly #begun: Buffer[] = [];
  #begunBytes = 0;
  readonly #maxBytes: number;

  constructor(maxBytes = MAX_LINE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /**
   * The lines that end in this chunk. What follows the last of them is kept for the next chunk.
   * @throws Error when a line is longer than the limit
   */
  *take(chunk: Buffer): Generator<string> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      start = end + 1;
      yield this.#finish();
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  #keep(piece: Buffer): void {
    this.#begunBytes += piece.length;
    if (this.#begunBytes > this.#maxBytes) throw new Error("Claude Code has written a line without an end.");
    this.#begun.push(piece);
  }

  #finish(): string {
    const [only] = this.#begun;
    const line = this.#begun.length === 1 && only ? only : Buffer.concat(this.#begun, this.#begunBytes);
    this.#begun.length = 0;
    this.#begunBytes = 0;
    return line.toString("utf8");
  }
}
