import type { PrincipalId } from "../../core/words/ids.ts";
import { noSuchConversation } from "../../protocols/openai-conversations/conversation-error.ts";
import { RequestError } from "../../protocols/request-error.ts";
import type { ResponsesRequest, WireItem } from "../../protocols/responses/responses-request.ts";
import type { ServiceParts } from "../service-parts.ts";
import {
  type ConversationParts,
  findConversation,
  type FoundConversation,
  giveItems,
} from "./find-conversation.ts";
import { itemsToRead } from "./run-in-conversation.ts";

export interface JoinedConversation {
  readonly id: FoundConversation["id"];
  readonly history: readonly WireItem[];
}

/**
 * The conversation that a response belongs to: the one its `conversation` parameter names, or else the one that the header or the
 * model id names, if that one has items.
 * @throws AppError when there is no conversation with that id
 */
export async function joinConversation(
  parts: ConversationParts & Pick<ServiceParts, "items">,
  principalId: PrincipalId,
  { conversationId, previousResponseId }: Pick<ResponsesRequest, "conversationId" | "previousResponseId">,
  name: string | undefined,
): Promise<JoinedConversation | undefined> {
  if (conversationId !== undefined) {
    const found = await findConversation(parts, principalId, conversationId);
    if (!found) throw noSuchConversation(conversationId, "conversation");
    if (name !== undefined && name !== conversationId && name !== found.id) throw twoConversations();
    await giveItems(parts, principalId, found);
    return { id: found.id, history: await historyOf(parts, principalId, found.id) };
  }
  if (name === undefined || previousResponseId !== undefined) return undefined;
  const own = parts.items.isEnabled ? await parts.items.findConversation(principalId, name) : undefined;
  return own && { id: own.id, history: await historyOf(parts, principalId, own.id) };
}

async function historyOf(
  { items }: Pick<ServiceParts, "items">,
  principalId: PrincipalId,
  id: FoundConversation["id"],
): Promise<readonly WireItem[]> {
  return itemsToRead(await items.loadItems(principalId, id));
}

function twoConversations(): RequestError {
  return new RequestError(
    "invalid_value",
    "'conversation' and the header X-Conversation-ID or the model id name different conversations. Send one of them.",
    "conversation",
  );
}
