import type { TurnRunner } from "../../core/ports/turn-runner.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import { toBatches } from "../../lib/batch-stream.ts";
import { LaterStream } from "../../lib/later-stream.ts";
import type { ServiceParts } from "../service-parts.ts";
import { ChatTurn, type ChatTurnParts } from "./chat-turn.ts";
import { runInConversation } from "./run-in-conversation.ts";

export type FollowParts = ChatTurnParts & Pick<ServiceParts, "items" | "conversationLock" | "logger">;

/**
 * Runs turns of protocols that know nothing of items. A turn that names a conversation with items is given what they say, and its
 * own items are added to them.
 */
export function followConversations(runTurn: TurnRunner, parts: FollowParts): TurnRunner {
  if (!parts.items.isEnabled) return runTurn;
  return (request, signal) => {
    if (request.conversationName === undefined) return runTurn(request, signal);
    return new LaterStream(async () => {
      const conversation = await findOwn(request, parts);
      const turn = conversation && new ChatTurn(request, conversation.id, parts);
      return toBatches(turn ? runInConversation(parts, turn, runTurn, signal) : runTurn(request, signal));
    });
  };
}

async function findOwn({ principalId, conversationName }: TurnRequest, { items }: FollowParts) {
  if (conversationName === undefined) return undefined;
  return items.findConversation(principalId, conversationName);
}
