import { addUsage, NO_USAGE } from "../../../core/words/usage.ts";
import type { Stage } from "../../../lib/stage.ts";
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
 * A completion as chunks: pieces of the choices as they come, each choice ending in a chunk with its reason, then the usage if
 * asked for. A failure is an error body, and no further reason or usage follows.
 */
export function formatCompletionStream(
  answer: CompletionAnswer,
  { includeUsage }: { readonly includeUsage: boolean },
): Stage<BranchEvent, CompletionChunk | OpenAiErrorBody> {
  const head = { ...formatCompletionHead(answer), ...(includeUsage && { usage: null }) };
  const chunk = (index: number, text: string, reason: CompletionChoice["finish_reason"] = null) => ({
    ...head,
    choices: [{ text, index, logprobs: null, finish_reason: reason }] as const,
  });
  const begun = new Set<number>();
  let usage = NO_USAGE;
  let endCount = 0;
  let isFailed = false;
  return {
    of(event) {
      if (isFailed) return [];
      if (event.type === "turn-error") {
        isFailed = true;
        return [formatOpenAiErrorBody(event.error)];
      }
      if (event.type !== "text-delta" && event.type !== "turn-end") return [];
      const index = event.branch ?? 0;
      const beginning = begun.has(index) ? "" : (answer.beginnings[index] ?? "");
      begun.add(index);
      const chunks = beginning === "" ? [] : [chunk(index, beginning)];
      if (event.type === "text-delta") {
        return event.text === "" ? chunks : [...chunks, chunk(index, event.text)];
      }
      usage = addUsage(usage, event.usage);
      endCount += 1;
      return [...chunks, chunk(index, "", toCompletionFinish(event.reason))];
    },
    end() {
      if (!includeUsage || endCount !== answer.beginnings.length) return [];
      return [{ ...head, choices: [], usage: formatChatUsage(usage) }];
    },
  };
}
