import type { TurnRequest } from "../../core/words/turn-request.ts";
import { unsupportedValue } from "../../protocols/request-error.ts";
import type { ServiceParts } from "../service-parts.ts";

/**
 * When a request wants several answers, only the first continues the conversation that it names; the others know only what the
 * request itself says. So a conversation that is continued by name alone may have only one answer.
 * @throws RequestError
 */
export async function requireKnownHistory(
  request: TurnRequest,
  branchCount: number,
  { conversations, items }: Pick<ServiceParts, "conversations" | "items">,
): Promise<void> {
  const { principalId, conversationName, messages } = request;
  if (branchCount === 1 || conversationName === undefined) return;
  if (messages.some((message) => message.role === "assistant")) return;
  const hasItems = items.isEnabled && (await items.findConversation(principalId, conversationName));
  const conversation = await conversations.find(principalId, conversationName);
  if (!hasItems && (!conversation || conversation.turns.length === 0)) return;
  throw unsupportedValue(
    "n",
    String(branchCount),
    "A conversation that is continued by its name has one answer. Send its whole history, or leave out n.",
  );
}
