import { addUsage, NO_USAGE } from "../../core/words/usage.ts";
import type { Stage } from "../../lib/stage.ts";
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
 * An answer as chunks. For each branch: the role first, then deltas, then the finish reason; after all of them the usage if asked
 * for. A failed answer ends with an error body and no further finish reason or usage, so that a cut answer never looks complete.
 */
export class ChatStream implements Stage<BranchEvent, ChatChunk | OpenAiErrorBody> {
  readonly #answer: ChatAnswer;
  readonly #options: ChatStreamOptions;
  readonly #head: ReturnType<typeof formatChunkHead>;
  readonly #branches: readonly ChoiceDeltas[];
  #usage = NO_USAGE;
  #isFailed = false;

  constructor(answer: ChatAnswer, options: ChatStreamOptions) {
    this.#answer = answer;
    this.#options = options;
    this.#head = formatChunkHead(answer, options);
    this.#branches = Array.from({ length: answer.branchCount }, () => new ChoiceDeltas(answer));
  }

  of(event: BranchEvent): readonly (ChatChunk | OpenAiErrorBody)[] {
    if (this.#isFailed) return [];
    if (event.type === "turn-error") {
      this.#isFailed = true;
      return [formatOpenAiErrorBody(event.error)];
    }
    const index = event.branch ?? 0;
    const deltas = this.#branches[index]?.of(event) ?? [];
    if (event.type !== "turn-end") return deltas.map((delta) => this.#chunk(index, delta));
    this.#usage = addUsage(this.#usage, event.usage);
    const reason = toFinishReason(event.reason, this.#answer.isLegacyFunctions);
    // A turn's end may add several deltas; the last one carries the finish reason.
    return deltas.map((delta, at) => this.#chunk(index, delta, at === deltas.length - 1 ? reason : null));
  }

  end(): readonly ChatChunk[] {
    if (!this.#options.includeUsage || !this.#branches.every(({ isEnded }) => isEnded)) return [];
    return [{ ...this.#head, choices: [], usage: formatChatUsage(this.#usage) }];
  }

  /**
   * A chunk that adds nothing, for clients that count only data as a sign of life; undefined when no choice is open any more.
   * To be sent only between chunks.
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
