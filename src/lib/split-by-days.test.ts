import { assert, nat, property } from "fast-check";
import { expect, test } from "vitest";

import { splitByDays } from "./split-by-days.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test.each([
  [0, DAY, [[86_400, 0, 24]]],
  [0, 0, []],
  [5, 7, [[3_600, 5, 7]]],
  [23, 24, [[3_600, 23, 24]]],
  [
    23,
    26,
    [
      [3_600, 23, 24],
      [3_600, 24, 26],
    ],
  ],
  [
    23,
    50,
    [
      [3_600, 23, 24],
      [86_400, 24, 48],
      [3_600, 48, 50],
    ],
  ],
])("from hour %i to %i", (since, until, expected) => {
  const hours = until === DAY ? 24 : until;
  expect(
    splitByDays(since * HOUR, hours * HOUR).map((span) => [
      span.period,
      span.since / HOUR,
      span.until / HOUR,
    ]),
  ).toEqual(expected);
});

test("the parts lie one behind the other, days are whole, and hours are fewer than two days", () => {
  assert(
    property(nat(5_000), nat(5_000), (from, length) => {
      const parts = splitByDays(from * HOUR, (from + length) * HOUR);
      let at = from * HOUR;
      for (const { period, since, until } of parts) {
        expect(since).toBe(at);
        if (period === 86_400) expect([since % DAY, until % DAY]).toEqual([0, 0]);
        at = until;
      }
      expect(at).toBe((from + length) * HOUR);
      const hours = parts.filter(({ period }) => period === 3_600);
      expect(hours.reduce((sum, { since, until }) => sum + until - since, 0)).toBeLessThan(2 * DAY);
    }),
  );
});
