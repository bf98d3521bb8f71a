import { addUsage, NO_USAGE } from "../../core/usage.ts";
import type { BranchEvent } from "../branch-event.ts";
import { formatOpenAiErrorBody, type OpenAiErrorBody } from "../openai-error.ts";
import { formatAnswerHead, type ChatAnswer } from "./chat-answer.ts";
import type { ChatDelta } from "./chat-delta.ts";
import { ChoiceDeltas } from "./choice-deltas.ts";
import { toFinishReason, type FinishReason } from "./finish-reason.ts";
import { formatChatUsage, type ChatUsageBody } from "./format-chat-usage.ts";

interface ChunkChoice {
  readonly index: number;
  readonly delta: ChatDelta;
  readonly logprobs: null;
  readonly finish_reason: FinishReason | null;
}

export interface ChatChunk extends ReturnType<typeof formatAnswerHead> {
  readonly object: "chat.completion.chunk";
  readonly choices: [ChunkChoice] | [];
  /** Only with `include_usage`: null on all chunks but the last. */
  readonly usage?: ChatUsageBody | null;
}

export interface ChatStreamOptions {
  readonly includeUsage: boolean;
}

/**
 * An answer as chunks. For each branch: the role first, then deltas, then the finish reason; after all of them the usage if
 * asked for. A failed answer ends with an error body and no further finish reason or usage, so that a cut answer never looks
 * complete. The events are read to their very end, for a turn's runner may still have work after the terminal event.
 */
export async function* formatChatStream(
  events: AsyncIterable<BranchEvent>,
  answer: ChatAnswer,
  options: ChatStreamOptions,
): AsyncGenerator<ChatChunk | OpenAiErrorBody, void, undefined> {
  const head = {
    ...formatAnswerHead(answer),
    object: "chat.completion.chunk",
    ...(options.includeUsage && { usage: null }),
  } as const;
  const branches = Array.from({ length: answer.branchCount }, () => new ChoiceDeltas(answer));
  let endCount = 0;
  let usage = NO_USAGE;
  let isFailed = false;
  for await (const event of events) {
    if (isFailed) continue;
    if (event.type === "turn-error") {
      isFailed = true;
      yield formatOpenAiErrorBody(event.error);
      continue;
    }
    const index = event.branch ?? 0;
    const deltas = branches[index]?.of(event) ?? [];
    for (const delta of deltas) {
      // The deltas of a turn's end are its last ones; the very last bears the reason.
      const isLast = event.type === "turn-end" && delta === deltas.at(-1);
      const finishReason = isLast ? toFinishReason(event.reason, answer.isLegacyFunctions) : null;
      yield { ...head, choices: [{ index, delta, logprobs: null, finish_reason: finishReason }] };
    }
    if (event.type === "turn-end") {
      endCount += 1;
      usage = addUsage(usage, event.usage);
    }
  }
  if (options.includeUsage && endCount === answer.branchCount) {
    yield { ...head, choices: [], usage: formatChatUsage(usage) };
  }
}
