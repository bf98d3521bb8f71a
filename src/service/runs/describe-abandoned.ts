import type { AbandonedTurn } from "../../core/ports/conversation-store.ts";
import { newRequestId } from "../../core/words/ids.ts";
import type { RequestEntry } from "../../core/words/request-entry.ts";
import type { TurnRun } from "../../core/words/turn-run.ts";
import { NO_USE } from "../../core/words/usage.ts";

/** A client whose server dies gets no answer. */
const KIND = "shutting-down";
const MESSAGE = "The server ended while this turn was running.";

/** The route that a protocol's turns come by. */
const ROUTES: Readonly<Record<string, string>> = {
  "chat-completions": "POST /v1/chat/completions",
  responses: "POST /v1/responses",
  messages: "POST /v1/messages",
};

/** A turn that died with its server, among the turns of the one that comes after. When it ended and what it used is unknown. */
export function abandonedRun(turn: AbandonedTurn): TurnRun {
  const { id: turnId, startedAt, ...rest } = turn;
  return {
    ...rest,
    turnId,
    state: "failed",
    modelId: turn.model,
    askedAt: startedAt,
    startedAt,
    endedAt: startedAt,
    outputTokens: 0,
    error: { kind: KIND, message: MESSAGE },
  };
}

/** Its request, of which no more is known than its turn. */
export function abandonedEntry(turn: AbandonedTurn): RequestEntry {
  const { id: turnId, startedAt, protocol, ...rest } = turn;
  return {
    ...rest,
    ...NO_USE,
    // The client was told another one, which is lost.
    id: newRequestId(),
    startedAt,
    endedAt: startedAt,
    route: ROUTES[protocol] ?? protocol,
    protocol,
    modelId: turn.model,
    status: 503,
    error: KIND,
    turnId,
    turnCount: 1,
  };
}
