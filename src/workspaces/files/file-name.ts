import { isUtf8 } from "node:buffer";

/** Text in a name that could be mistaken for one of our escapes. */
const LIKE_ESCAPE = /\\(?=x(?:5c|[89a-f][0-9a-f]))/g;
const MISLEADING = /(?:^|\/)(?:\.{0,2}|\.git)(?:\/|$)/i;
const ESCAPE = /\\x(5c|[89a-f][0-9a-f])/;

/**
 * A file name as text. Names are bytes on most systems: bytes that are not UTF-8 are written as `\xNN`, so that two names never
 * become one and the file can be found again by its text.
 */
export function decodeName(name: Buffer): string {
  if (isUtf8(name)) return protectName(name.toString());
  const parts: string[] = [];
  let runStart = 0;
  for (let at = 0; at <= name.length;) {
    const length = at < name.length ? characterLength(name, at) : undefined;
    if (length !== undefined) {
      at += length;
      continue;
    }
    parts.push(protectName(name.toString("utf8", runStart, at)));
    if (at < name.length) parts.push(`\\x${(name[at] ?? 0).toString(16)}`);
    at += 1;
    runStart = at;
  }
  return parts.join("");
}

function characterLength(name: Buffer, start: number): number | undefined {
  return [1, 2, 3, 4].find(
    (size) => start + size <= name.length && isUtf8(name.subarray(start, start + size)),
  );
}

/** Escapes a name that was already read as text. */
export function protectName(name: string): string {
  return name.includes("\\x") ? name.replaceAll(LIKE_ESCAPE, "\\x5c") : name;
}

/** The path to pass to the file system: as bytes only where text will not do. */
export function toSystemPath(folder: string, path: string): string | Buffer {
  const whole = `${folder}/${path}`;
  if (!path.includes("\\x") || !ESCAPE.test(path)) return whole;
  const parts = path
    .split(ESCAPE)
    .map((part, at) => (at % 2 === 0 ? Buffer.from(part) : Buffer.from(part, "hex")));
  return Buffer.concat([Buffer.from(`${folder}/`), ...parts]);
}

/** Whether a path from a repository could be a file of its working tree: a forged path could lead anywhere. */
export function isFilePath(path: string): boolean {
  return !MISLEADING.test(path);
}
