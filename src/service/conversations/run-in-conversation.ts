import { randomUUID } from "node:crypto";

import type { ConversationItem } from "../../core/ports/conversation-items.ts";
import { type ConversationHold, lockKeyOf } from "../../core/ports/conversation-lock.ts";
import { failedTurn, failureOf } from "../../core/turn/turn-failure.ts";
import type { ConversationId } from "../../core/words/ids.ts";
import type { TurnEvent } from "../../core/words/turn-event.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import { type BatchStream, toBatches } from "../../lib/batch-stream.ts";
import { LaterStream } from "../../lib/later-stream.ts";
import { through } from "../../lib/staged-stream.ts";
import { toWireItems } from "../../protocols/responses/items/kept-items.ts";
import { uniqueItemIds } from "../../protocols/responses/items/unique-item-ids.ts";
import type { WireItem } from "../../protocols/responses/responses-request.ts";
import type { ServiceParts } from "../service-parts.ts";

export type HeldParts = Pick<ServiceParts, "items" | "conversationLock" | "owedWrites" | "clock" | "logger">;

/** What a turn adds to its conversation. */
export interface AddedItems {
  readonly items: readonly WireItem[];
  /** The items replace all existing ones. */
  readonly isWhole?: true;
}

/** A conversation with items of its own, which nobody but this turn may change now. */
export interface HeldConversation {
  /** What has been said in it. */
  readonly items: readonly WireItem[];
  /** The request of the turn that holds it. */
  hold(request: TurnRequest): TurnRequest;
  /** To be called once the turn has ended well, before its events have ended. Never rejects. */
  add(added: AddedItems): Promise<void>;
}

/** Which turn, and the id of its conversation. */
type TurnInConversation = Pick<TurnRequest, "principalId" | "turnId"> & { readonly id: ConversationId };

/**
 * Runs a turn alone in its conversation: `begin` starts it with the items present by then. The conversation is free again when the
 * turn's events have ended.
 */
export function runInConversation(
  parts: HeldParts,
  { principalId, id, turnId }: TurnInConversation,
  begin: (conversation: HeldConversation) => Promise<AsyncIterable<TurnEvent>>,
  signal: AbortSignal,
): BatchStream<TurnEvent> {
  return new LaterStream(async () => {
    const heldAs = randomUUID();
    let held: ConversationHold | undefined;
    try {
      const hold = await parts.conversationLock.hold(lockKeyOf(principalId, id), heldAs, signal);
      held = hold;
      await parts.owedWrites.settle();
      const before = await parts.items.loadItems(principalId, id);
      const events = await begin({
        items: itemsToRead(before),
        hold: (request) => ({ ...request, heldAs }),
        add: (added) => addItems(parts, { principalId, id, turnId, before }, added),
      });
      return through(events, { of: (event) => [event], close: () => hold.release() });
    } catch (thrown) {
      held?.release();
      return toBatches<TurnEvent>([failedTurn(failureOf(thrown, signal))]);
    }
  });
}

/** After retention has removed old items, the rest may begin with outputs whose calls are gone; those are skipped. */
export function itemsToRead(kept: readonly ConversationItem[]): readonly WireItem[] {
  const items = toWireItems(kept.map(({ item }) => item));
  const first = items.findIndex(({ type }) => !type.endsWith("_call_output"));
  return first === -1 ? [] : items.slice(first);
}

async function addItems(
  { items, owedWrites, clock, logger }: HeldParts,
  turn: TurnInConversation & { readonly before: readonly ConversationItem[] },
  { items: added, isWhole }: AddedItems,
): Promise<void> {
  const { principalId, id: conversationId, turnId, before } = turn;
  const now = clock();
  const write = async (): Promise<void> => {
    if (isWhole) await items.replaceItems(principalId, conversationId, uniqueItemIds(added), now);
    else {
      const taken = before.map(({ id }) => id);
      await items.appendItems(principalId, conversationId, uniqueItemIds(added, taken), now);
    }
  };
  // The answer itself is good, and the client has paid for it.
  await owedWrites.write({
    write,
    onFailure: (error) => logger.error("conversation.not-recorded", { conversationId, turnId, error }),
  });
}
