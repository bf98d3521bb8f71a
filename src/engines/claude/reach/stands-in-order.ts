/**
 * Whether the pieces occur in the text in this order, the first at its beginning and the last at its end. A pattern with stars
 * between the pieces matches such a text.
 */
export function standsInOrder(
  text: string,
  pieces: readonly string[],
  isAt: (piece: string, at: number) => boolean = (piece, at) => text.startsWith(piece, at),
): boolean {
  const [first = "", ...others] = pieces;
  const last = others.pop();
  if (!isAt(first, 0)) return false;
  if (last === undefined) return text.length === first.length;
  let at = first.length;
  for (const piece of others) {
    while (at + piece.length <= text.length && !isAt(piece, at)) at += 1;
    at += piece.length;
  }
  const end = text.length - last.length;
  return end >= at && isAt(last, end);
}
