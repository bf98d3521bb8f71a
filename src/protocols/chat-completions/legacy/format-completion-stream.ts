import { addUsage, NO_USAGE } from "../../../core/words/usage.ts";
import type { BranchEvent } from "../../branch-event.ts";
import { formatOpenAiErrorBody, type OpenAiErrorBody } from "../../openai-error.ts";
import { formatChatUsage, type ChatUsageBody } from "../format-chat-usage.ts";
import {
  type CompletionAnswer,
  type CompletionChoice,
  formatCompletionHead,
  toCompletionFinish,
} from "./completion-answer.ts";

export interface CompletionChunk extends ReturnType<typeof formatCompletionHead> {
  readonly choices: readonly [CompletionChoice] | readonly [];
  /** Only with `include_usage`: null on all chunks but the last. */
  readonly usage?: ChatUsageBody | null;
}

/**
 * A completion as chunks: the pieces of all choices as they come, each choice ending in a chunk with its finish reason, then the
 * usage, if asked for. A failure is an error body, and no further finish reason or usage follows. The events are read to their
 * very end.
 */
export async function* formatCompletionStream(
  events: AsyncIterable<BranchEvent>,
  answer: CompletionAnswer,
  { includeUsage }: { readonly includeUsage: boolean },
): AsyncGenerator<CompletionChunk | OpenAiErrorBody, void, undefined> {
  const head = { ...formatCompletionHead(answer), ...(includeUsage && { usage: null }) };
  const chunk = (index: number, text: string, reason: CompletionChoice["finish_reason"] = null) => ({
    ...head,
    choices: [{ text, index, logprobs: null, finish_reason: reason }] as const,
  });
  const begun = new Set<number>();
  let usage = NO_USAGE;
  let endCount = 0;
  let isFailed = false;
  for await (const event of events) {
    if (isFailed) continue;
    if (event.type === "turn-error") {
      isFailed = true;
      yield formatOpenAiErrorBody(event.error);
      continue;
    }
    const index = event.branch ?? 0;
    const beginning = begun.has(index) ? "" : (answer.beginnings[index] ?? "");
    if (event.type === "text-delta" || event.type === "turn-end") {
      begun.add(index);
      if (beginning !== "") yield chunk(index, beginning);
    }
    if (event.type === "text-delta" && event.text !== "") yield chunk(index, event.text);
    if (event.type === "turn-end") {
      usage = addUsage(usage, event.usage);
      endCount += 1;
      yield chunk(index, "", toCompletionFinish(event.reason));
    }
  }
  if (includeUsage && endCount === answer.beginnings.length) {
    yield { ...head, choices: [], usage: formatChatUsage(usage) };
  }
}
