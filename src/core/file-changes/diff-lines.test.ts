import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { diffLines } from "./diff-lines.ts";

const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 });

describe("diffLines", () => {
  test("says how one text becomes the other, with as few lines as can be", () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const changes = diffLines(before, after);
        const rebuilt: string[] = [];
        let at = 0;
        for (const { beforeStart, beforeEnd, afterStart, afterEnd } of changes) {
          rebuilt.push(...before.slice(at, beforeStart), ...after.slice(afterStart, afterEnd));
          at = beforeEnd;
        }
        rebuilt.push(...before.slice(at));
        expect(rebuilt).toEqual(after);
        const edits = changes.reduce(
          (sum, change) => sum + change.beforeEnd - change.beforeStart + change.afterEnd - change.afterStart,
          0,
        );
        expect(edits).toBe(before.length + after.length - 2 * commonLength(before, after));
      }),
      { numRuns: 500 },
    );
  });

  test("takes little time for texts that have nothing in common", () => {
    const before = Array.from({ length: 100_000 }, (_, at) => `before ${at}`);
    const after = Array.from({ length: 100_000 }, (_, at) => `after ${at}`);
    const whole = { beforeStart: 0, beforeEnd: 100_000, afterStart: 0, afterEnd: 100_000 };
    expect(diffLines(before, after)).toEqual([whole]);
  });
});

/** The length of the longest common subsequence. */
function commonLength(one: readonly string[], other: readonly string[]): number {
  let row = Array.from({ length: other.length + 1 }, () => 0);
  for (const line of one) {
    const next = [0];
    for (const [at, otherLine] of other.entries()) {
      next.push(line === otherLine ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
