import { failedTurn, failureOf } from "../../core/turn/turn-failure.ts";
import { randomUUID } from "node:crypto";

import type { ConversationId, PrincipalId } from "../../core/words/ids.ts";
import { type ConversationHold, lockKeyOf } from "../../core/ports/conversation-lock.ts";
import type { ConversationItem } from "../../core/ports/conversation-items.ts";
import type { TurnRunner } from "../../core/ports/turn-runner.ts";
import type { TurnEvent } from "../../core/words/turn-event.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import { type BatchStream, toBatches } from "../../lib/batch-stream.ts";
import { LaterStream } from "../../lib/later-stream.ts";
import type { Stage } from "../../lib/stage.ts";
import { through } from "../../lib/staged-stream.ts";
import { toWireItems } from "../../protocols/responses/items/kept-items.ts";
import type { WireItem } from "../../protocols/responses/responses-request.ts";
import { uniqueItemIds } from "../../protocols/responses/items/unique-item-ids.ts";
import type { ServiceParts } from "../service-parts.ts";

/** What a turn adds to its conversation. */
export interface AddedItems {
  readonly items: readonly WireItem[];
  /** The items replace all existing ones. */
  readonly isWhole?: true;
}

/** One turn of a conversation that has items of its own. */
export interface ConversationTurn {
  readonly principalId: PrincipalId;
  readonly conversationId: ConversationId;
  /** The request to run, given the conversation's current items. */
  toRequest(items: readonly WireItem[]): Promise<TurnRequest>;
  /** Called with each event before anybody else sees it. */
  note(event: TurnEvent): void;
  /** What the turn adds; called once the turn has ended well. */
  added(): AddedItems;
}

/**
 * Runs a turn alone in its conversation: it starts with the items present by then, and its own are added before its end is
 * reported.
 */
export function runInConversation(
  parts: Pick<ServiceParts, "items" | "conversationLock" | "clock" | "logger">,
  turn: ConversationTurn,
  runTurn: TurnRunner,
  signal: AbortSignal,
): BatchStream<TurnEvent> {
  return new LaterStream(async () => {
    const { items, conversationLock } = parts;
    const { principalId, conversationId } = turn;
    const heldAs = randomUUID();
    let held: ConversationHold | undefined;
    try {
      const hold = await conversationLock.hold(lockKeyOf(principalId, conversationId), heldAs, signal);
      held = hold;
      const before = await items.loadItems(principalId, conversationId);
      const request = { ...(await turn.toRequest(itemsToRead(before))), heldAs };
      return through(runTurn(request, signal), {
        ...leaveItems(parts, turn, before, request),
        close: () => hold.release(),
      });
    } catch (thrown) {
      held?.release();
      return toBatches<TurnEvent>([failedTurn(failureOf(thrown, signal))]);
    }
  });
}

function leaveItems(
  parts: Pick<ServiceParts, "items" | "clock" | "logger">,
  turn: ConversationTurn,
  before: readonly ConversationItem[],
  { turnId }: TurnRequest,
): Stage<TurnEvent, TurnEvent> {
  const keepBefore = async (end: TurnEvent): Promise<readonly TurnEvent[]> => {
    try {
      await keep(parts, turn, before);
    } catch (error) {
      // The answer itself is good, and the client has paid for it.
      const { conversationId } = turn;
      parts.logger.error("conversation.not-recorded", { conversationId, turnId, error });
    }
    return [end];
  };
  return {
    of(event) {
      turn.note(event);
      return event.type === "turn-end" ? keepBefore(event) : [event];
    },
  };
}

/** After retention has removed old items, the rest may begin with outputs whose calls are gone; those are skipped. */
export function itemsToRead(kept: readonly ConversationItem[]): readonly WireItem[] {
  const items = toWireItems(kept.map(({ item }) => item));
  const first = items.findIndex(({ type }) => !type.endsWith("_call_output"));
  return first === -1 ? [] : items.slice(first);
}

async function keep(
  { items, clock }: Pick<ServiceParts, "items" | "clock">,
  turn: ConversationTurn,
  before: readonly ConversationItem[],
): Promise<void> {
  const { principalId, conversationId } = turn;
  const { items: added, isWhole } = turn.added();
  if (isWhole) {
    await items.replaceItems(principalId, conversationId, uniqueItemIds(added), clock());
    return;
  }
  const taken = before.map(({ id }) => id);
  await items.appendItems(principalId, conversationId, uniqueItemIds(added, taken), clock());
}
