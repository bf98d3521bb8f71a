import { expect, test } from "vitest";

import { NO_USAGE } from "../../core/words/usage.ts";
import { formatStop } from "./format-stop.ts";

test("a full window is told as such", () => {
  const end = {
    type: "turn-end",
    reason: "length",
    isWindowFull: true,
    usage: NO_USAGE,
    costUsd: 0,
  } as const;
  expect(formatStop(end).stop_reason).toBe("model_context_window_exceeded");
});

test.each([
  ["end", "end_turn"],
  ["length", "max_tokens"],
  ["tool-calls", "tool_use"],
  ["max-turns", "pause_turn"],
  ["max-budget", "pause_turn"],
] as const)("%s is %s", (reason, word) => {
  expect(formatStop({ type: "turn-end", reason, usage: NO_USAGE, costUsd: 0 })).toEqual({
    stop_reason: word,
    stop_sequence: null,
    stop_details: null,
  });
});
