import type { Message } from "../words/message.ts";
import type { ModelAbilities } from "../models/model-abilities.ts";
import { estimateMessage } from "./estimate-tokens.ts";
import { thinkingTokens } from "./thinking-tokens.ts";

/**
 * The longest end of a conversation that fits into `maxTokens` and begins with a user message. If the work since the last user
 * message is too long by itself, that message stays, with the newest rounds of calls and results. No result is kept without its
 * call. If nothing fits, the shortest sensible rest; undefined when nothing can be left out.
 */
export function shortenMessages(
  messages: readonly Message[],
  model: ModelAbilities,
  maxTokens: number,
): readonly Message[] | undefined {
  const sizes = messages.map((message) => estimateMessage(message, model) + thinkingTokens([message], model));
  const sizeOf = (from: number, to = sizes.length) => sum(sizes.slice(from, to));
  const starts = messages.flatMap((message, index) =>
    message.role === "user" && index > 0 && hasAllCalls(messages.slice(index)) ? [index] : [],
  );
  const fitting = starts.find((start) => sizeOf(start) <= maxTokens);
  if (fitting !== undefined) return messages.slice(fitting);

  const word = messages.findLastIndex(({ role }) => role === "user");
  const rounds = roundsAfter(messages, word);
  const [first] = rounds;
  if (word >= 0 && first !== undefined && rounds.length > 1) {
    const later = rounds.slice(1).filter((round) => hasAllCalls(messages.slice(round)));
    const kept = later.find((round) => sizeOf(word, first) + sizeOf(round) <= maxTokens) ?? later.at(-1);
    if (kept !== undefined) return [...messages.slice(word, first), ...messages.slice(kept)];
  }
  const last = starts.at(-1);
  return last === undefined ? undefined : messages.slice(last);
}

/** Indexes at which the rounds of work after this message begin. A round is what Claude said and the results of its calls. */
function roundsAfter(messages: readonly Message[], word: number): readonly number[] {
  return messages.flatMap(({ role }, index) =>
    index > word && role === "assistant" && messages[index - 1]?.role !== "assistant" ? [index] : [],
  );
}

/** Whether every result among these messages is preceded by its call. */
function hasAllCalls(messages: readonly Message[]): boolean {
  const called = new Set<string>();
  for (const { content } of messages) {
    for (const part of content) {
      if (part.type === "tool-call") called.add(part.callId);
      if (part.type === "tool-result" && !called.has(part.callId)) return false;
    }
  }
  return true;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
