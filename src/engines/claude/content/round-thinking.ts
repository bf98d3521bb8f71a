import type { RoundThinking } from "../../../core/models/fit-turn.ts";
import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import { isThinking, withoutThinking } from "./bound-thinking.ts";
import { isResult } from "./call-ids.ts";

/**
 * How the round of tool calls began that waits for results, or has them last: the API counts all of it as one turn, which is
 * thought about from its beginning or not at all.
 */
export function thinkingOfRound(history: readonly TranscriptEntry[]): RoundThinking {
  const first = history[startOf(history)]?.content;
  return Array.isArray(first) && isThinking(first[0]) ? "thought" : "unthought";
}

/** For an answer without thinking to a round that was thought about. */
export function withoutRoundThinking(history: readonly TranscriptEntry[]): readonly TranscriptEntry[] {
  const start = startOf(history);
  return history.flatMap((entry, index) => (index < start ? [entry] : withoutThinking(entry)));
}

/** Behind the last that a person said: an answer may stand in several entries. */
function startOf(history: readonly TranscriptEntry[]): number {
  return history.findLastIndex((entry) => entry.role === "user" && !bringsResults(entry)) + 1;
}

function bringsResults({ content }: TranscriptEntry): boolean {
  return typeof content !== "string" && content.some(isResult);
}
