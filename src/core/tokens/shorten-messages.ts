import type { Message } from "../words/message.ts";
import type { ModelAbilities } from "../models/model-abilities.ts";
import { estimateMessage } from "./estimate-tokens.ts";
import { thinkingTokens } from "./thinking-tokens.ts";

/**
 * As much of the end of a conversation as fits into `maxTokens`, beginning with something that a person said. Where the work
 * since a person's last word is too long by itself, that word stays, and of the work the newest rounds of calls and results. No
 * result stands without its call. When nothing that is left fits, the least that makes sense; undefined when nothing can be left
 * out.
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

/** Where the rounds of work after this message begin: each with what Claude said, and with the results of its calls. */
function roundsAfter(messages: readonly Message[], word: number): readonly number[] {
  return messages.flatMap(({ role }, index) =>
    index > word && role === "assistant" && messages[index - 1]?.role !== "assistant" ? [index] : [],
  );
}

/** Whether each result among these messages has its call there, before it. */
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
