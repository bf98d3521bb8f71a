import { assertNever } from "../../lib/assert-never.ts";
import type { TurnEvent } from "../../core/turn-event.ts";
import { formatOpenAiErrorBody, type OpenAiErrorBody } from "../openai-error.ts";
import { formatAnswerHead, type ChatAnswer } from "./chat-answer.ts";
import { toFinishReason, type FinishReason } from "./finish-reason.ts";
import { formatChatUsage, type ChatUsageBody } from "./format-chat-usage.ts";

interface Delta {
  readonly role?: "assistant";
  readonly content?: string;
  readonly reasoning_content?: string;
}

interface ChunkChoice {
  readonly index: 0;
  readonly delta: Delta;
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
 * A turn as chunks: the role first, then deltas, then the finish reason, then the usage if asked for. A failed turn ends
 * with an error body in place of a finish reason, so that a cut answer never looks complete. The turn is read to its
 * very end, for its runner may still have work after the terminal event.
 */
export async function* formatChatStream(
  events: AsyncIterable<TurnEvent>,
  answer: ChatAnswer,
  options: ChatStreamOptions,
): AsyncGenerator<ChatChunk | OpenAiErrorBody, void, undefined> {
  const head = {
    ...formatAnswerHead(answer),
    object: "chat.completion.chunk",
    ...(options.includeUsage && { usage: null }),
  } as const;
  const chunk = (delta: Delta, finishReason: FinishReason | null = null): ChatChunk => ({
    ...head,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
  });

  let hasRole = false;
  for await (const event of events) {
    if (!hasRole && event.type !== "turn-error") {
      hasRole = true;
      yield chunk({ role: "assistant", content: "" });
    }
    switch (event.type) {
      case "text-delta":
        if (event.text !== "") yield chunk({ content: event.text });
        break;
      case "reasoning-delta":
        if (event.text !== "") yield chunk({ reasoning_content: event.text });
        break;
      case "turn-end":
        yield chunk({}, toFinishReason(event.reason));
        if (options.includeUsage) yield { ...head, choices: [], usage: formatChatUsage(event.usage) };
        break;
      case "turn-error":
        yield formatOpenAiErrorBody(event.error);
        break;
      case "turn-start":
      case "activity-start":
      case "activity-end":
      case "notice":
      case "transcript-append":
        // Chat Completions has no words for what Claude Code does by itself.
        break;
      default:
        assertNever(event);
    }
  }
}
