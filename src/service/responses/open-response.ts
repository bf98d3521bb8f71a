import { AppError } from "../../core/words/app-error.ts";
import type { RelayedTurn } from "../../core/ports/turn-relay.ts";
import type { TurnRunner } from "../../core/ports/turn-runner.ts";
import type { TurnEvent } from "../../core/words/turn-event.ts";
import type { ResponseEvent } from "../../protocols/responses/response-head.ts";
import { ResponseWriter } from "../../protocols/responses/output/response-writer.ts";
import type { ServiceParts } from "../service-parts.ts";
import { startTurn } from "../turns/start-turn.ts";
import { ResponseTurnInConversation } from "../conversations/response-turn.ts";
import { runInConversation } from "../conversations/run-in-conversation.ts";
import type { RequestRecord } from "../turns/request-record.ts";
import { LiveResponse } from "./live-response.ts";
import type { PreparedResponse } from "./prepare-response.ts";
import { type JobOfResponse, ResponseKeeper } from "./response-keeper.ts";

type Dependencies = Pick<
  ServiceParts,
  | "runTurn"
  | "clock"
  | "logger"
  | "responses"
  | "responseRuns"
  | "turnRelay"
  | "jobs"
  | "items"
  | "conversationLock"
>;

/** The turn of a response, started but not yet read. */
export interface ResponseTurn {
  readonly events: AsyncIterable<TurnEvent>;
  abort(): void;
}

export function startResponseTurn(
  dependencies: Dependencies,
  record: RequestRecord,
  prepared: PreparedResponse,
  signal?: AbortSignal,
): ResponseTurn {
  const { clock, logger } = dependencies;
  const { request } = prepared;
  record.turnId = request.turnId;
  const starter = { runTurn: chooseRunner(dependencies, prepared), clock, logger };
  const { events, cancel } = startTurn(starter, request, record, signal);
  return { events, abort: cancel };
}

/** In a conversation, a response waits for the turn before it and adds its own items to the conversation. */
function chooseRunner(dependencies: Dependencies, prepared: PreparedResponse): TurnRunner {
  const { runTurn, clock } = dependencies;
  const { conversation } = prepared;
  if (!conversation) return runTurn;
  const { id, reread } = conversation;
  return (request, signal) => {
    const turn = new ResponseTurnInConversation(id, { ...prepared, request }, reread, clock);
    return runInConversation(dependencies, turn, runTurn, signal);
  };
}

/**
 * Makes a response from a turn's events, which may have begun, and runs it from now on. A stored response can be found by its id
 * among the running ones until it has ended, and in the store afterwards. `job`: another server may run the response if this one
 * ends before its turn has begun.
 * @throws AppError when a background response, whose client has nothing else to come back to, cannot be stored
 */
export async function openResponse(
  dependencies: Dependencies,
  prepared: PreparedResponse,
  turn: ResponseTurn,
  job?: JobOfResponse,
): Promise<LiveResponse> {
  const { clock, logger, responseRuns, turnRelay, jobs } = dependencies;
  const { head, request, asked, isStored } = prepared;
  const keeper = new ResponseKeeper(dependencies, prepared, job);
  const relayed = turnRelay.begin<ResponseEvent>(head.id);
  const live = new LiveResponse({
    id: head.id,
    principalId: request.principalId,
    isBackground: asked.isBackground,
    hasStream: asked.isStream,
    writer: new ResponseWriter(head, clock),
    relayed,
    abortTurn: turn.abort,
    keep: (body, events) => keeper.end(body, events),
    onFailure: (error) => logger.error("response.broke", { responseId: head.id, error }),
  });
  if (asked.isBackground) await orRefuse(keeper.begin(live.body), turn, relayed);
  else keeper.beginSoon(live.body);
  if (isStored) responseRuns.add(live);
  if (job) {
    jobs.expect(request.turnId);
    void live.ended.then(() => jobs.forget(request.turnId));
  }
  void live.run(turn.events);
  return live;
}

async function orRefuse(
  storing: Promise<void>,
  turn: ResponseTurn,
  relayed: Pick<RelayedTurn<ResponseEvent>, "end">,
): Promise<void> {
  try {
    await storing;
  } catch (error) {
    turn.abort();
    relayed.end();
    const message = "The response could not be stored, so it was not begun. The server's log says why.";
    throw new AppError({ kind: "internal", message }, { cause: error });
  }
}
