import { AppError, toAppError } from "../../core/words/app-error.ts";
import type { RelayedTurn } from "../../core/ports/turn-relay.ts";
import type { TurnRunner } from "../../core/ports/turn-runner.ts";
import type { ConversationId } from "../../core/words/ids.ts";
import type { TurnEvent } from "../../core/words/turn-event.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import { outputOf } from "../../protocols/responses/items/kept-items.ts";
import { ResponseWriter } from "../../protocols/responses/output/response-writer.ts";
import type { ResponseEvent } from "../../protocols/responses/response-head.ts";
import type { WireItem } from "../../protocols/responses/responses-request.ts";
import type { ServiceParts } from "../service-parts.ts";
import { readToEnd } from "../turns/open-turn.ts";
import { startTurn } from "../turns/start-turn.ts";
import { type HeldConversation, runInConversation } from "../conversations/run-in-conversation.ts";
import { recordFailure, type RequestRecord } from "../turns/request-record.ts";
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
  | "owedWrites"
  | "items"
  | "conversationLock"
>;

/** The turn of a response, started but not yet read. */
export interface ResponseTurn {
  readonly events: AsyncIterable<TurnEvent>;
  /** `why`: what the request has failed by, if that is the reason. */
  abort(why?: AppError): void;
  /** Adds the response's input and this output to its conversation, if it has one. Called while the turn still holds it. */
  addToConversation(output: readonly WireItem[]): Promise<void>;
}

export function startResponseTurn(
  dependencies: Dependencies,
  record: RequestRecord,
  prepared: PreparedResponse,
  signal?: AbortSignal,
): ResponseTurn {
  const { request, conversation, input } = prepared;
  const { turnId, principalId } = request;
  record.turnId = turnId;
  let held: HeldConversation | undefined;
  // In a conversation, a response waits for the turn before it.
  const runAlone =
    (id: ConversationId): TurnRunner =>
    ({ client }, wanted) =>
      runInConversation(
        dependencies,
        { principalId, turnId, id },
        async (found) => {
          held = found;
          const now = await requestNow(prepared, found.items);
          return dependencies.runTurn(
            found.hold({ ...now, ...(client !== undefined && { client }) }),
            wanted,
          );
        },
        wanted,
      );
  const runTurn = conversation ? runAlone(conversation.id) : dependencies.runTurn;
  const { events, cancel } = startTurn({ ...dependencies, runTurn }, request, record, signal);
  return {
    events,
    abort(why) {
      if (why) recordFailure(record, why);
      cancel();
    },
    addToConversation: async (output) => held?.add({ items: [...input, ...output] }),
  };
}

/** The request to run, given the conversation's current items: another turn may have come in between. */
async function requestNow(
  { request, history, conversation }: PreparedResponse,
  items: readonly WireItem[],
): Promise<TurnRequest> {
  const isSame = items.length === history.length && items.every(({ id }, at) => id === history[at]?.["id"]);
  if (isSame || !conversation) return request;
  return { ...(await conversation.reread(items)), turnId: request.turnId };
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
    abortTurn: () => turn.abort(),
    onTurnEnd: (body) => turn.addToConversation(outputOf(body)),
    keep: (body, events) => keeper.end(body, events),
    onFailure: (error) => logger.error("response.broke", { responseId: head.id, error }),
  });
  if (asked.isBackground) await orRefuse(keeper.begin(live.body), turn, relayed);
  else keeper.beginSoon(live.body);
  if (isStored)
    responseRuns.add(
      live,
      Promise.all([live.ended, keeper.over]).then(() => {}),
    );
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
    const failure = whyNotStored(error);
    turn.abort(failure);
    relayed.end();
    // Started, it waits for its reader, and would be listed as waiting for good.
    await readToEnd(turn.events);
    throw failure;
  }
}

function whyNotStored(error: unknown): AppError {
  const failure = toAppError(error);
  if (failure.info.kind === "store-unavailable") return failure;
  const message = "The response could not be stored, so it was not begun. The server's log says why.";
  return new AppError({ kind: "internal", message }, { cause: error });
}
