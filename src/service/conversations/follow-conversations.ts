import type { TurnRunner } from "../../core/ports/turn-runner.ts";
import { toBatches } from "../../lib/batch-stream.ts";
import { LaterStream } from "../../lib/later-stream.ts";
import { through } from "../../lib/staged-stream.ts";
import { ChatTurn, type ChatTurnParts } from "./chat-turn.ts";
import { type HeldParts, runInConversation } from "./run-in-conversation.ts";

/**
 * Runs turns of protocols that know nothing of items. A turn that names a conversation with items is given what they say, and its
 * own items are added to them.
 */
export function followConversations(runTurn: TurnRunner, parts: ChatTurnParts & HeldParts): TurnRunner {
  if (!parts.items.isEnabled) return runTurn;
  return (request, signal) => {
    const { principalId, turnId, conversationName } = request;
    if (conversationName === undefined) return runTurn(request, signal);
    return new LaterStream(async () => {
      const own = await parts.items.findConversation(principalId, conversationName);
      if (!own) return toBatches(runTurn(request, signal));
      const turn = new ChatTurn(request, parts);
      return runInConversation(
        parts,
        { principalId, turnId, id: own.id },
        async (held) => {
          const events = runTurn(held.hold(await turn.toRequest(held.items)), signal);
          return through(events, turn.stage(held));
        },
        signal,
      );
    });
  };
}
