import { expect, test } from "vitest";

import { formatSpan } from "./limit-headers.ts";

test.each([
  [-5, "0s"],
  [0, "0s"],
  [0.2, "1ms"],
  [850, "850ms"],
  [1_000, "1s"],
  [11_001, "12s"],
  [60_000, "1m0s"],
  [90_000, "1m30s"],
  [25_200_000, "7h0m0s"],
  [86_399_500, "24h0m0s"],
])("%d ms are told as %s", (ms, text) => {
  expect(formatSpan(ms)).toBe(text);
});
