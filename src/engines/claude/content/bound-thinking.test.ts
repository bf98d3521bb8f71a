import { expect, test } from "vitest";

import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import { holdsBoundThinking, withoutBoundThinking } from "./bound-thinking.ts";

const THOUGHT = { type: "thinking", thinking: "hm", signature: "c2ln" };
const SEALED = { type: "redacted_thinking", data: "c2VhbGVk" };
const CALL = { type: "tool_use", id: "toolu_1", name: "look", input: {} };

function answer(model: string, ...content: readonly unknown[]): TranscriptEntry {
  return { role: "assistant", model, content };
}

test.each(["claude-sonnet-5-5", "claude-opus-5-5", "claude-haiku-5-5", "claude-fable-5-1", "claude-next-9"])(
  "all of it is left out for %s, in the middle of a round of tools as well",
  (model) => {
    const before: TranscriptEntry = { role: "user", content: "hello" };
    const entries = [before, answer(model, THOUGHT, SEALED, CALL), before, answer(model, THOUGHT)];
    expect(entries.map(holdsBoundThinking)).toEqual([false, true, false, true]);
    expect(withoutBoundThinking(entries)).toEqual([before, answer(model, CALL), before]);
  },
);

test.each(["claude-sonnet-5", "claude-opus-4-8", "claude-haiku-4-5-20251001"])(
  "%s keeps its own",
  (model) => {
    const entries = [answer(model, THOUGHT, CALL)];
    expect(entries.some(holdsBoundThinking)).toBe(false);
    expect(withoutBoundThinking(entries)).toEqual(entries);
  },
);
