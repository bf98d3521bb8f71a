import { expect, test } from "vitest";

import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import { holdsBoundThinking, withoutBoundThinking } from "./bound-thinking.ts";

const BINDING = { bindsThinking: true };
const NOT_BINDING = { bindsThinking: false };
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
    for (const reader of [BINDING, NOT_BINDING]) {
      expect(entries.map((entry) => holdsBoundThinking(entry, reader))).toEqual([false, true, false, true]);
      expect(withoutBoundThinking(entries, reader)).toEqual([before, answer(model, CALL), before]);
    }
  },
);

test.each(["claude-sonnet-5", "claude-opus-4-8", "claude-haiku-4-5-20251001"])(
  "that of %s is kept among models that do not check it",
  (model) => {
    const entries = [answer(model, THOUGHT, CALL)];
    expect(entries.map((entry) => holdsBoundThinking(entry, NOT_BINDING))).toEqual([false]);
    expect(withoutBoundThinking(entries, NOT_BINDING)).toEqual(entries);
    expect(withoutBoundThinking(entries, BINDING)).toEqual([answer(model, CALL)]);
  },
);
