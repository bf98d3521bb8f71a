import { decodeName, isFilePath } from "../files/file-name.ts";
import type { FileStat } from "../files/file-stats.ts";

const FIXED_BYTES = 40;
const EXTENDED = 0x4000;
const NAME_LENGTH = 0xfff;
const STAGE = 0x3000;
/** Granularity of file times: the file system's clock ticks this slowly. */
const TICK_MS = 20;
const GITLINK = 0o160000;
const SPARSE_FOLDER = 0o040000;
/** The extension of a split index, which keeps part of itself in another file. */
const SPLIT = "link";

/** What git recorded about the files it tracks when it last examined them. */
export class GitIndex {
  /** In git's order, relative to the root of the working tree. */
  readonly paths: readonly string[];
  /** Paths of nested repositories (submodules). */
  readonly nested: readonly string[];
  /** The tracked `.gitattributes` files below the root. */
  readonly attributeFiles: readonly string[];
  readonly #view: DataView;
  readonly #offsets: readonly number[];
  readonly #hashBytes: number;
  readonly #writtenMs: number;

  /** @throws when the bytes are not an index, or are one in an unsupported format */
  constructor(bytes: Buffer, hashBytes: number, writtenMs: number) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#hashBytes = hashBytes;
    this.#writtenMs = writtenMs;
    const { paths, offsets, nested } = parseEntries(bytes, this.#view, hashBytes);
    this.paths = paths;
    this.#offsets = offsets;
    this.nested = nested;
    this.attributeFiles = paths.filter((path) => path.endsWith("/.gitattributes"));
  }

  /** Whether the file at `position` is as git last saw it, and so equals its blob. */
  isAsNoted(position: number, stat: FileStat): boolean {
    const offset = this.#offsets[position];
    if (offset === undefined) return false;
    const read = (field: number) => this.#view.getUint32(offset + field * 4);
    if (stat.size % 2 ** 32 !== read(9)) return false;
    if (!isSameTime(stat.modifiedMs, read(2), read(3)) || !isSameTime(stat.changedMs, read(0), read(1)))
      return false;
    const inode = read(5);
    if (inode !== 0 && stat.inode <= Number.MAX_SAFE_INTEGER && stat.inode % 2 ** 32 !== inode) return false;
    const isInConflict = (this.#view.getUint16(offset + FIXED_BYTES + this.#hashBytes) & STAGE) !== 0;
    // A file written in the same clock tick as the index may have changed since: git itself would compare the content.
    return !isInConflict && stat.modifiedMs < this.#writtenMs - TICK_MS;
  }

  blobOf(position: number): string {
    const start = this.#view.byteOffset + (this.#offsets[position] ?? 0) + FIXED_BYTES;
    return Buffer.from(this.#view.buffer, start, this.#hashBytes).toString("hex");
  }
}

function isSameTime(timeMs: number, seconds: number, nanoseconds: number): boolean {
  // Some builds of git record whole seconds only.
  if (nanoseconds === 0) return Math.floor(timeMs / 1000) === seconds;
  return Math.abs(timeMs - (seconds * 1000 + nanoseconds / 1e6)) < 0.002;
}

function parseEntries(bytes: Buffer, view: DataView, hashBytes: number) {
  const version = view.getUint32(4);
  if (bytes.toString("latin1", 0, 4) !== "DIRC" || version < 2 || version > 4)
    throw new Error("not an index that is read here");
  const paths: string[] = [];
  const offsets: number[] = [];
  const nested: string[] = [];
  let previousName = Buffer.alloc(0);
  let previousPath = "";
  let offset = 12;
  for (let count = view.getUint32(8); count > 0; count -= 1) {
    const start = offset;
    const flags = view.getUint16(start + FIXED_BYTES + hashBytes);
    let nameStart = start + FIXED_BYTES + hashBytes + (flags & EXTENDED && version > 2 ? 4 : 2);
    let path: string;
    if (version < 4) {
      const length = flags & NAME_LENGTH;
      const nameEnd = length < NAME_LENGTH ? nameStart + length : bytes.indexOf(0, nameStart);
      path = readName(bytes, nameStart, nameEnd);
      offset = start + Math.ceil((nameEnd - start + 1) / 8) * 8;
    } else {
      const strip = readVariableInteger(bytes, nameStart);
      nameStart = strip.end;
      const nameEnd = bytes.indexOf(0, nameStart);
      previousName = Buffer.concat([
        previousName.subarray(0, previousName.length - strip.value),
        bytes.subarray(nameStart, nameEnd),
      ]);
      path = readName(previousName, 0, previousName.length);
      offset = nameEnd + 1;
    }
    const mode = view.getUint32(start + 24);
    // A path in conflict has several entries.
    if (mode === SPARSE_FOLDER || path === previousPath || !isFilePath(path)) continue;
    previousPath = path;
    if (mode === GITLINK) nested.push(path);
    else {
      paths.push(path);
      offsets.push(start);
    }
  }
  if (offset + hashBytes > bytes.length) throw new Error("an index that was cut off");
  refuseSplit(bytes, view, offset, hashBytes);
  return { paths, offsets, nested };
}

function readName(bytes: Buffer, start: number, end: number): string {
  const name = bytes.toString("utf8", start, end);
  return name.includes("\uFFFD") || name.includes("\\x") ? decodeName(bytes.subarray(start, end)) : name;
}

function refuseSplit(bytes: Buffer, view: DataView, start: number, hashBytes: number): void {
  for (let at = start; at + 8 <= bytes.length - hashBytes; at += 8 + view.getUint32(at + 4)) {
    if (bytes.toString("latin1", at, at + 4) === SPLIT) throw new Error("a split index");
  }
}

/** Git's own encoding: seven bits per byte, and one is added for each continuation byte. */
function readVariableInteger(bytes: Buffer, start: number): { value: number; end: number } {
  let at = start;
  let byte = bytes[at] ?? 0;
  let value = byte & 0x7f;
  while (byte & 0x80) {
    at += 1;
    byte = bytes[at] ?? 0;
    value = ((value + 1) << 7) | (byte & 0x7f);
  }
  return { value, end: at + 1 };
}
