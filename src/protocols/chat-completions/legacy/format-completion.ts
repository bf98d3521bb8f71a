import { AppError } from "../../../core/words/app-error.ts";
import { addUsage, NO_USAGE } from "../../../core/words/usage.ts";
import type { BranchEvent } from "../../branch-event.ts";
import { formatChatUsage, type ChatUsageBody } from "../format-chat-usage.ts";
import {
  type CompletionAnswer,
  type CompletionChoice,
  formatCompletionHead,
  toCompletionFinish,
} from "./completion-answer.ts";

export interface CompletionBody extends ReturnType<typeof formatCompletionHead> {
  readonly choices: readonly CompletionChoice[];
  readonly usage: ChatUsageBody;
}

/**
 * Reads a completion to its end and makes one body of it.
 * @throws AppError when a choice failed; what had been said until then is dropped.
 */
export async function formatCompletion(
  events: AsyncIterable<BranchEvent>,
  answer: CompletionAnswer,
): Promise<CompletionBody> {
  const choices = answer.beginnings.map((text, index) => ({
    text,
    index,
    logprobs: null,
    finish_reason: null as CompletionChoice["finish_reason"],
  }));
  let usage = NO_USAGE;
  let failure: AppError | undefined;
  for await (const event of events) {
    const choice = choices[event.branch ?? 0];
    if (event.type === "turn-error") failure ??= new AppError(event.error);
    if (event.type === "text-delta" && choice) choice.text += event.text;
    if (event.type === "turn-end") {
      usage = addUsage(usage, event.usage);
      if (choice) choice.finish_reason = toCompletionFinish(event.reason);
    }
  }
  if (failure) throw failure;
  return { ...formatCompletionHead(answer), choices, usage: formatChatUsage(usage) };
}
