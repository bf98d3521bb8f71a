import type { ChatCompletionBody } from "../../protocols/chat-completions/chat-completion-builder.ts";
import type { ChatRequest } from "../../protocols/chat-completions/parse-chat-request.ts";
import { listWireMessages, toStoredCompletion } from "../../protocols/chat-completions/stored-completion.ts";
import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { requirePrincipal } from "../require-principal.ts";

/**
 * What to do with the whole body of a chat completion that is to be stored; undefined when it is not. With a retention that keeps
 * nothing, `store` is reported as ignored.
 */
export function storeAnswer(
  context: AppContext,
  { completions, logger }: Pick<AppDependencies, "completions" | "logger">,
  chat: Pick<ChatRequest, "store" | "metadata">,
  request: unknown,
): ((body: ChatCompletionBody) => Promise<void>) | undefined {
  const { record } = context.var;
  if (!chat.store) return undefined;
  if (!completions.isEnabled) {
    record.ignored = [...(record.ignored ?? []), "store"];
    return undefined;
  }
  const { requestId, startedAt: createdAt } = record;
  const principalId = requirePrincipal(context);
  return async (body) => {
    const completion = toStoredCompletion(body, { principalId, metadata: chat.metadata, createdAt });
    try {
      await completions.saveCompletion(completion, listWireMessages(request));
    } catch (error) {
      // The answer itself is good, and the client has paid for it.
      logger.error("completion.not-stored", { requestId, completionId: body.id, error });
    }
  };
}
