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

/** Whether the history ends with results that no answer has followed: an answer without a word is none to the API. */
export function endsInResults(history: readonly TranscriptEntry[]): boolean {
  return history.slice(history.findLastIndex(isAnswer) + 1).some(bringsResults);
}

/**
 * The index after the last thing that a person said without results: one answer may span several entries, and the API reads
 * what a person says in a row as one turn.
 */
function startOf(history: readonly TranscriptEntry[]): number {
  let [start, hasResults] = [0, false];
  for (let index = history.length - 1; index >= 0; index -= 1) {
    const entry = history[index];
    if (!entry) continue;
    if (isAnswer(entry)) {
      if (start > 0 && !hasResults) return start;
      [start, hasResults] = [0, false];
    } else {
      if (start === 0) start = index + 1;
      hasResults ||= bringsResults(entry);
    }
  }
  return hasResults ? 0 : start;
}

function isAnswer({ role }: TranscriptEntry): boolean {
  return role === "assistant";
}

function bringsResults({ content }: TranscriptEntry): boolean {
  return typeof content !== "string" && content.some(isResult);
}
