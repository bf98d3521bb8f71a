/** A run of different lines: `before` lines of one text are replaced by `after` lines of the other. */
export interface LineChange {
  readonly beforeStart: number;
  readonly beforeEnd: number;
  readonly afterStart: number;
  readonly afterEnd: number;
}

/** More differences than this are reported as one block: the cost of finding the fewest grows with their square. */
const MAX_EDITS = 1500;

/** The smallest set of deleted and inserted lines (Myers), with a limit on the search. */
export function diffLines(before: readonly string[], after: readonly string[]): LineChange[] {
  const ids = new Map<string, number>();
  const [one, other] = [before, after].map((lines) =>
    Int32Array.from(lines, (line) => {
      const id = ids.get(line) ?? ids.size;
      ids.set(line, id);
      return id;
    }),
  );
  if (!one || !other) return [];
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start += 1;
  let beforeEnd = one.length;
  let afterEnd = other.length;
  while (beforeEnd > start && afterEnd > start && one[beforeEnd - 1] === other[afterEnd - 1]) {
    beforeEnd -= 1;
    afterEnd -= 1;
  }
  if (start === beforeEnd && start === afterEnd) return [];
  const matches = findMatches(one.subarray(start, beforeEnd), other.subarray(start, afterEnd));
  return toChanges(matches, start, beforeEnd, afterEnd);
}

interface Match {
  readonly before: number;
  readonly after: number;
}

/** Pairs of equal lines, in order; none if there are too many differences. */
function findMatches(before: Int32Array, after: Int32Array): Match[] {
  const limit = Math.min(MAX_EDITS, before.length + after.length);
  const reach = new Int32Array(2 * limit + 3);
  const history: Int32Array[] = [];
  for (let edits = 0; edits <= limit; edits += 1) {
    history.push(reach.slice(limit - edits, limit + edits + 3));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const at = limit + 1 + diagonal;
      const below = reach[at + 1] ?? 0;
      const beside = reach[at - 1] ?? 0;
      let x = diagonal === -edits || (diagonal !== edits && beside < below) ? below : beside + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1;
      reach[at] = x;
      if (x >= before.length && x - diagonal >= after.length)
        return trace(history, before.length, after.length);
    }
  }
  return [];
}

/** Walks back from the end. `history[edits]` tells how far each diagonal had come with fewer than `edits` edits. */
function trace(history: readonly Int32Array[], beforeLength: number, afterLength: number): Match[] {
  const matches: Match[] = [];
  let x = beforeLength;
  let y = afterLength;
  for (let edits = history.length - 1; edits >= 0; edits -= 1) {
    const reach = history[edits];
    const diagonal = x - y;
    const below = reach?.[edits + 2 + diagonal] ?? 0;
    const beside = reach?.[edits + diagonal] ?? 0;
    const isDown = diagonal === -edits || (diagonal !== edits && beside < below);
    const fromX = edits === 0 ? 0 : isDown ? below : beside;
    const fromY = edits === 0 ? 0 : fromX - diagonal + (isDown ? -1 : 1);
    const afterEdit = edits === 0 || isDown ? fromX : fromX + 1;
    while (x > afterEdit) {
      x -= 1;
      y -= 1;
      matches.push({ before: x, after: y });
    }
    x = fromX;
    y = fromY;
  }
  return matches.toReversed();
}

function toChanges(
  matches: readonly Match[],
  offset: number,
  beforeEnd: number,
  afterEnd: number,
): LineChange[] {
  const changes: LineChange[] = [];
  let before = offset;
  let after = offset;
  const close = (nextBefore: number, nextAfter: number) => {
    if (before < nextBefore || after < nextAfter) {
      changes.push({ beforeStart: before, beforeEnd: nextBefore, afterStart: after, afterEnd: nextAfter });
    }
  };
  for (const match of matches) {
    close(offset + match.before, offset + match.after);
    before = offset + match.before + 1;
    after = offset + match.after + 1;
  }
  close(beforeEnd, afterEnd);
  return changes;
}
