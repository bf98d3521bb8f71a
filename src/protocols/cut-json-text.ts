const BACKSLASH = 0x5c;
/** `\u00e9` */
const LONGEST_ESCAPE = 6;

/**
 * Pieces of what stands between the quotes of a JSON text, of about `size` bytes each: none ends inside an escape or a character,
 * so that each is a text of its own.
 */
export function* cutText(
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
  while (last > to - LONGEST_ESCAPE && bytes[last] !== BACKSLASH) last -= 1;
  if (bytes[last] !== BACKSLASH) return to;
  let first = last;
  while (first > from && bytes[first - 1] === BACKSLASH) first -= 1;
  // They come in pairs that stand for one each; an odd one begins the escape that might be cut.
  const isEscape = (last - first) % 2 === 0;
  return isEscape && last > from ? last : to;
}

/** A byte inside a character of UTF-8. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
