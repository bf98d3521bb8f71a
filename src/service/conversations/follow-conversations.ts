import type { TurnRunner } from "../../core/ports/turn-runner.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import { withRequestDeadline } from "../../core/turn/with-request-deadline.ts";
import type { ServiceParts } from "../service-parts.ts";
import { ChatTurn, type ChatTurnParts } from "./chat-turn.ts";
import { runInConversation } from "./run-in-conversation.ts";

export type FollowParts = ChatTurnParts & Pick<ServiceParts, "items" | "conversationGate" | "logger">;

/**
 * Runs turns of protocols that know nothing of items. A turn that names a conversation with items is given what they say, and its
 * own items are added to them.
 */
export function followConversations(runTurn: TurnRunner, parts: FollowParts): TurnRunner {
  if (!parts.items.isEnabled) return runTurn;
  const runNamed = withRequestDeadline(async function* (request, signal) {
    const conversation = await findOwn(request, parts);
    if (!conversation) yield* runTurn(request, signal);
    else yield* runInConversation(parts, new ChatTurn(request, conversation.id, parts), runTurn, signal);
  });
  return (request, signal) =>
    request.conversationName === undefined ? runTurn(request, signal) : runNamed(request, signal);
}

async function findOwn({ principalId, conversationName }: TurnRequest, { items }: FollowParts) {
  if (conversationName === undefined) return undefined;
  return items.findConversation(principalId, conversationName);
}
