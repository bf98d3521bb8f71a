import type { Stage } from "../../lib/stage.ts";
import type { BranchEvent } from "../branch-event.ts";
import type { ChatAnswer } from "./chat-answer.ts";
import { ChatCompletionBuilder, type ChatCompletionBody } from "./chat-completion-builder.ts";

/**
 * Passes an answer's events on and, when all has ended well, gives the whole body to `keep` before the last event goes out, so
 * that the client's next request finds it. An answer that failed or whose client left is not kept.
 */
export function captureChatCompletion(
  answer: ChatAnswer,
  keep: (body: ChatCompletionBody) => Promise<void>,
): Stage<BranchEvent, BranchEvent> {
  const builder = new ChatCompletionBuilder(answer);
  return {
    of(event) {
      builder.add(event);
      if (event.type !== "turn-end" || !builder.isComplete) return [event];
      return keep(builder.build()).then(() => [event]);
    },
  };
}
