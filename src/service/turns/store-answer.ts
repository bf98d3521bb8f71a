import type { ChatCompletionBody } from "../../protocols/chat-completions/chat-completion-builder.ts";
import type { ChatRequest } from "../../protocols/chat-completions/parse-chat-request.ts";
import { listWireMessages, toStoredCompletion } from "../../protocols/chat-completions/stored-completion.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { Caller } from "./caller.ts";
import { noteIgnored } from "./request-record.ts";

/**
 * What to do with the whole body of a chat completion that is to be stored; undefined when it is not. With a retention that keeps
 * nothing, `store` is reported as ignored.
 */
export function storeAnswer(
  { completions, owedWrites, logger }: Pick<ServiceParts, "completions" | "owedWrites" | "logger">,
  { principalId, record }: Caller,
  chat: Pick<ChatRequest, "store" | "metadata">,
  request: unknown,
): ((body: ChatCompletionBody) => Promise<void>) | undefined {
  if (!chat.store) return undefined;
  if (!completions.isEnabled) {
    noteIgnored(record, ["store"]);
    return undefined;
  }
  const { requestId, startedAt: createdAt } = record;
  return async (body) => {
    const completion = toStoredCompletion(body, { principalId, metadata: chat.metadata, createdAt });
    const messages = listWireMessages(request);
    // The answer itself is good, and the client has paid for it.
    await owedWrites.write({
      write: () => completions.saveCompletion(completion, messages),
      onFailure: (error) =>
        logger.error("completion.not-stored", { requestId, completionId: body.id, error }),
    });
  };
}
