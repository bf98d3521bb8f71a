import { expect, test } from "vitest";

import { formatDuration, parseDuration } from "./duration.ts";

test.each([
  ["500ms", 500],
  ["30s", 30_000],
  ["1.5m", 90_000],
  ["2 h", 7_200_000],
  ["7d", 604_800_000],
  ["45", 45_000],
  [45, 45_000],
  ["0", 0],
])("%s is %d ms", (raw, ms) => expect(parseDuration(raw)).toBe(ms));

test.each(["", "soon", "-5s", "5 weeks", "1h30m", "30d", null, true, ["5s"]])("%j is no duration", (raw) =>
  expect(parseDuration(raw)).toBeUndefined(),
);

test("a limit of one's own may exceed a timer's", () => {
  expect(parseDuration("30d", 90 * 86_400_000)).toBe(30 * 86_400_000);
});

test.each(["500ms", "90s", "10m", "2h", "1d"])("%s is written as it is read", (text) =>
  expect(formatDuration(parseDuration(text) ?? 0)).toBe(text),
);
