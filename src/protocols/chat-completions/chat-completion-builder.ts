import { AppError, type ErrorInfo } from "../../core/words/app-error.ts";
import { addUsage, NO_USAGE } from "../../core/words/usage.ts";
import type { BranchEvent } from "../branch-event.ts";
import { formatAnswerHead, type ChatAnswer } from "./chat-answer.ts";
import { ChatChoiceBuilder, type ChatChoiceBody } from "./chat-choice-builder.ts";
import { formatChatUsage, type ChatUsageBody } from "./format-chat-usage.ts";

export interface ChatCompletionBody extends ReturnType<typeof formatAnswerHead> {
  readonly object: "chat.completion";
  readonly choices: ChatChoiceBody[];
  readonly usage: ChatUsageBody;
}

/** Gathers the events of all branches into the whole body, along with a stream or instead of one. */
export class ChatCompletionBuilder {
  readonly #answer: ChatAnswer;
  readonly #choices: readonly ChatChoiceBuilder[];
  #error: ErrorInfo | undefined;

  constructor(answer: ChatAnswer) {
    this.#answer = answer;
    this.#choices = Array.from({ length: answer.branchCount }, () => new ChatChoiceBuilder(answer));
  }

  add(event: BranchEvent): void {
    if (event.type === "turn-error") this.#error ??= event.error;
    else this.#choices[event.branch ?? 0]?.add(event);
  }

  /** Whether every branch has ended well. */
  get isComplete(): boolean {
    return this.#error === undefined && this.#choices.every((choice) => choice.end);
  }

  /**
   * Builds the body; its usage is the sum over the branches.
   * @throws AppError when a branch failed; what had been said until then is dropped.
   */
  build(): ChatCompletionBody {
    if (this.#error) throw new AppError(this.#error);
    let usage = NO_USAGE;
    const choices = this.#choices.map((choice, index) => {
      if (!choice.end) throw new Error("A turn's events stopped without a terminal event.");
      usage = addUsage(usage, choice.end.usage);
      return choice.build(index, choice.end);
    });
    return {
      ...formatAnswerHead(this.#answer),
      object: "chat.completion",
      choices,
      usage: formatChatUsage(usage),
    };
  }
}
