import type { BranchEvent } from "../branch-event.ts";
import type { ChatAnswer } from "./chat-answer.ts";
import { ChatCompletionBuilder, type ChatCompletionBody } from "./chat-completion-builder.ts";

/**
 * Passes an answer's events on and gives its whole body to `keep` when all has ended well, before the last event goes out:
 * what the client asks for next is there. Nothing is kept of an answer that failed or that its client left.
 */
export async function* captureChatCompletion(
  events: AsyncIterable<BranchEvent>,
  answer: ChatAnswer,
  keep: (body: ChatCompletionBody) => Promise<void>,
): AsyncGenerator<BranchEvent, void, undefined> {
  const builder = new ChatCompletionBuilder(answer);
  for await (const event of events) {
    builder.add(event);
    if (event.type === "turn-end" && builder.isComplete) await keep(builder.build());
    yield event;
  }
}
