import { expect, test } from "vitest";

import { timelineParts } from "./timeline-parts.ts";

const request = {
  duration_ms: 1_000,
  queue_ms: 100,
  process_ms: 50,
  first_token_ms: 400,
  placement: "hot",
  turns: 1,
};

test("the parts of a request are its whole time, in order", () => {
  const parts = timelineParts(request);
  expect(parts.map(({ ms }) => ms)).toEqual([100, 50, 250, 600]);
});

test.each([
  { ...request, first_token_ms: null },
  { ...request, queue_ms: null },
  { ...request, process_ms: null },
  { ...request, process_ms: 800 },
  { ...request, queue_ms: 5_000, first_token_ms: 9_000 },
  { ...request, turns: 0, first_token_ms: null, queue_ms: null },
  { ...request, placement: null },
])("whatever is unknown or odd: $queue_ms, $first_token_ms", (odd) => {
  const parts = timelineParts(odd);
  expect(parts.reduce((sum, { ms }) => sum + ms, 0)).toBe(odd.duration_ms);
  expect(parts.every(({ ms }) => ms >= 0)).toBe(true);
});
