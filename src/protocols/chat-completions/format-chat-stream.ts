import { addUsage, NO_USAGE } from "../../core/words/usage.ts";
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

/** An answer as chunks. */
export class ChatStream {
  readonly #answer: ChatAnswer;
  readonly #options: ChatStreamOptions;
  readonly #head: ReturnType<typeof formatChunkHead>;
  readonly #branches: readonly ChoiceDeltas[];

  constructor(answer: ChatAnswer, options: ChatStreamOptions) {
    this.#answer = answer;
    this.#options = options;
    this.#head = formatChunkHead(answer, options);
    this.#branches = Array.from({ length: answer.branchCount }, () => new ChoiceDeltas(answer));
  }

  /**
   * For each branch: the role first, then deltas, then the finish reason; after all branches the usage, if asked for. A failed
   * answer ends with an error body and no further finish reason or usage, so that a cut answer never looks complete. The events
   * are read to their very end, since a turn's runner may still have work after the terminal event.
   */
  async *of(
    events: AsyncIterable<BranchEvent>,
  ): AsyncGenerator<ChatChunk | OpenAiErrorBody, void, undefined> {
    const { isLegacyFunctions } = this.#answer;
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
      const deltas = this.#branches[index]?.of(event) ?? [];
      for (const delta of deltas) {
        // A turn's end may add several deltas; the last one carries the finish reason.
        const isLast = event.type === "turn-end" && delta === deltas.at(-1);
        yield this.#chunk(index, delta, isLast ? toFinishReason(event.reason, isLegacyFunctions) : null);
      }
      if (event.type === "turn-end") usage = addUsage(usage, event.usage);
    }
    if (this.#options.includeUsage && this.#branches.every(({ isEnded }) => isEnded)) {
      yield { ...this.#head, choices: [], usage: formatChatUsage(usage) };
    }
  }

  /**
   * A chunk that adds nothing, for clients that count only data as a sign of life; undefined when no choice is open any more.
   * Send it only between chunks of `of`.
   */
  signOfLife(): ChatChunk | undefined {
    const index = this.#branches.findIndex(({ isEnded }) => !isEnded);
    const branch = this.#branches[index];
    return branch && this.#chunk(index, branch.nothing());
  }

  #chunk(index: number, delta: ChatDelta, finishReason: FinishReason | null = null): ChatChunk {
    return { ...this.#head, choices: [{ index, delta, logprobs: null, finish_reason: finishReason }] };
  }
}

function formatChunkHead(answer: ChatAnswer, { includeUsage }: ChatStreamOptions) {
  return {
    ...formatAnswerHead(answer),
    object: "chat.completion.chunk" as const,
    ...(includeUsage && { usage: null }),
  };
}
