import type { Conversation, ConversationStore, NewTurn } from "../ports/conversation-store.ts";
import type { TurnRequest } from "../words/turn-request.ts";
import type { PlacedTurn } from "./placed-turn.ts";
import type { TurnPlan } from "./plan-turn.ts";

interface Beginning {
  readonly request: TurnRequest;
  readonly plan: TurnPlan;
  readonly placed: PlacedTurn;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** Puts a turn on record as under way, and its conversation as it is now. */
export function recordBeginning(
  beginning: Beginning,
  { store }: { readonly store: ConversationStore },
): Promise<void> {
  return store.beginTurn(conversationRow(beginning), turnRow(beginning));
}

function conversationRow({ request, plan, startedAt: now }: Beginning): Conversation {
  const { conversationId, systemText, usesClientTools, history } = plan;
  const sendsHistory = plan.known?.sendsHistory === true || (history.length > 0 && !request.isWholeHistory);
  const { usesClientTools: _, ...known } = plan.known ?? {};
  const name = plan.known ? plan.known.name : request.conversationName;
  return {
    ...known,
    id: conversationId,
    principalId: request.principalId,
    ...(name === undefined ? {} : { name }),
    profile: request.target.profile.name,
    model: request.target.model,
    systemText,
    ...(usesClientTools && { usesClientTools }),
    ...(sendsHistory && { sendsHistory }),
    createdAt: plan.known?.createdAt ?? now,
    updatedAt: now,
  };
}

function turnRow({ request, plan, placed, startedAt }: Beginning): NewTurn {
  return {
    id: request.turnId,
    conversationId: plan.conversationId,
    principalId: request.principalId,
    ...(placed.parentTurnId === undefined ? {} : { parentTurnId: placed.parentTurnId }),
    placement: placed.lease.placement,
    protocol: request.protocol,
    profile: request.target.profile.name,
    model: request.target.model,
    input: placed.recordedInput,
    startedAt,
  };
}
