import { expect, test } from "vitest";

import { failureOfStop } from "./stop-failure.ts";

// The details as Claude Code 2.1.332 gives them.
test.each([
  ["rate_limit", "", "upstream-rate-limited"],
  ["unknown", "API Error: 400 Too strange for me.", "upstream-invalid-request"],
  ["unknown", "API Error: 529 Overloaded", "upstream-overloaded"],
  ["unknown", "API Error: Connection error.", "upstream-failed"],
  ["", "", "upstream-failed"],
])("%j with %j is %s, and tells nothing of the text", (error, shown, kind) => {
  const { info } = failureOfStop(error, shown);
  expect(info.kind).toBe(kind);
  expect(info.message).not.toContain("strange");
});
