import { expect, test } from "vitest";

import { tellDuration } from "./tell-duration.ts";

test.each([
  [-5, "0.0 s"],
  [4_230, "4.2 s"],
  [42_000, "42 s"],
  [59_999, "1 min"],
  [185_000, "3 min 5 s"],
  [7_800_000, "2 h 10 min"],
  [273_600_000, "3 d 4 h"],
])("%d ms is %s", (ms, text) => {
  expect(tellDuration(ms)).toBe(text);
});
