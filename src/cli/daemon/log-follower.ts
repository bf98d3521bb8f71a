import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

import { earlierPart } from "../../observability/bound-file.ts";

const PIECE_BYTES = 256 * 1024;
/** So many readings without a line, and nobody writes any more into a file that was moved away. */
const QUIET_READINGS = 25;

/** Reads what comes into a log file, also when it is moved away and another takes its name: each to its end, the older first. */
export class LogFollower {
  readonly #path: string;
  /** The last one has the name. */
  #files: FollowedFile[] = [];

  constructor(path: string) {
    this.#path = path;
    this.#openNamed();
  }

  /** What is before that place of the file has been read. */
  skipTo(at: number): void {
    this.#files.at(-1)?.skipTo(at);
  }

  /** The whole lines that have come since the last call. */
  read(): readonly string[] {
    this.#openNamed();
    const lines = this.#files.flatMap((file) => file.read());
    const isOver = (file: FollowedFile) => file !== this.#files.at(-1) && file.quietReadings > QUIET_READINGS;
    const over = this.#files.filter(isOver);
    this.#files = this.#files.filter((file) => !over.includes(file));
    return [...lines, ...over.flatMap((file) => file.close())];
  }

  /** Does nothing while the file has no successor. */
  #openNamed(): void {
    try {
      const { ino, dev } = statSync(this.#path);
      const last = this.#files.at(-1);
      if (last?.ino === ino && last.dev === dev) return;
      this.#files.push(new FollowedFile(this.#path));
    } catch {
      // It has been moved away, and nothing has its name yet.
    }
  }
}

class FollowedFile {
  readonly ino: number;
  readonly dev: number;
  quietReadings = 0;
  readonly #path: string;
  readonly #descriptor: number;
  #at = 0;
  #rest = "";
  #decoder = new StringDecoder("utf8");

  constructor(path: string) {
    this.#path = path;
    this.#descriptor = openSync(path, "r");
    ({ ino: this.ino, dev: this.dev } = fstatSync(this.#descriptor));
  }

  skipTo(at: number): void {
    this.#at = at;
  }

  read(): readonly string[] {
    const { size } = fstatSync(this.#descriptor);
    const missed = size < this.#at ? this.#beginAnew() : [];
    const lines = [...missed, ...this.#readFrom(this.#descriptor)];
    this.quietReadings = lines.length > 0 ? 0 : this.quietReadings + 1;
    return lines;
  }

  /** What stands there without the newline that ends it. */
  close(): readonly string[] {
    closeSync(this.#descriptor);
    return this.#rest === "" ? [] : [this.#rest];
  }

  /** It has been emptied; where the part before is kept, the end of that comes first. */
  #beginAnew(): readonly string[] {
    const lines = this.#readEarlier();
    this.#at = 0;
    this.#rest = "";
    this.#decoder = new StringDecoder("utf8");
    return lines;
  }

  #readEarlier(): readonly string[] {
    let descriptor: number;
    try {
      descriptor = openSync(earlierPart(this.#path), "r");
    } catch {
      return [];
    }
    try {
      return this.#readFrom(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  #readFrom(descriptor: number): readonly string[] {
    const lines: string[] = [];
    const piece = Buffer.alloc(PIECE_BYTES);
    for (;;) {
      const length = readSync(descriptor, piece, 0, piece.length, this.#at);
      if (length === 0) return lines;
      this.#at += length;
      const [first = "", ...others] = this.#decoder.write(piece.subarray(0, length)).split("\n");
      this.#rest += first;
      for (const line of others) {
        lines.push(this.#rest);
        this.#rest = line;
      }
    }
  }
}
