import type { BranchEvent } from "../branch-event.ts";
import type { ChatAnswer } from "./chat-answer.ts";
import { ChatCompletionBuilder, type ChatCompletionBody } from "./chat-completion-builder.ts";

/**
 * Reads an answer to its end and makes one body of it.
 * @throws AppError when a branch failed.
 */
export async function formatChatCompletion(
  events: AsyncIterable<BranchEvent>,
  answer: ChatAnswer,
): Promise<ChatCompletionBody> {
  const builder = new ChatCompletionBuilder(answer);
  for await (const event of events) builder.add(event);
  return builder.build();
}
