import type { RoundThinking } from "../../../core/models/fit-turn.ts";
import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import { isThinking, withoutThinking } from "./bound-thinking.ts";
import { isResult } from "./call-ids.ts";

/**
 * How the latest round of tool calls began, which waits for results or ends with them. The API counts the whole round as one
 * turn, which has thinking from its beginning or not at all.
 */
export function thinkingOfRound(history: readonly TranscriptEntry[]): RoundThinking {
  const first = history[startOf(history)]?.content;
  return Array.isArray(first) && isThinking(first[0]) ? "thought" : "unthought";
}

/** The history without the thinking of the latest round, for an answer without thinking. */
export function withoutRoundThinking(history: readonly TranscriptEntry[]): readonly TranscriptEntry[] {
  const start = startOf(history);
  return history.flatMap((entry, index) => (index < start ? [entry] : withoutThinking(entry)));
}

/** The index after the last thing that a person said: one answer may span several entries. */
function startOf(history: readonly TranscriptEntry[]): number {
  return history.findLastIndex((entry) => entry.role === "user" && !bringsResults(entry)) + 1;
}

function bringsResults({ content }: TranscriptEntry): boolean {
  return typeof content !== "string" && content.some(isResult);
}
