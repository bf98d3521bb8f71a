import { AppError } from "../../core/app-error.ts";
import type { TurnEvent } from "../../core/turn-event.ts";
import { ResponseWriter } from "../../protocols/responses/response-writer.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { observeTurn } from "../observe-turn.ts";
import type { RequestRecord } from "../request-record.ts";
import { keepResponse, toKeptResponse } from "./keep-response.ts";
import { LiveResponse } from "./live-response.ts";
import type { PreparedResponse } from "./prepare-response.ts";

type Dependencies = Pick<AppDependencies, "runTurn" | "clock" | "logger" | "responses" | "responseRuns">;

/** The turn of a response, started but not yet read. */
export interface ResponseTurn {
  readonly events: AsyncIterable<TurnEvent>;
  abort(): void;
}

export function startResponseTurn(
  { runTurn, clock, logger }: Dependencies,
  record: RequestRecord,
  { request }: PreparedResponse,
  signal?: AbortSignal,
): ResponseTurn {
  record.turnId = request.turnId;
  record.model = request.target.modelId;
  const abort = new AbortController();
  const signals = signal ? [abort.signal, signal] : [abort.signal];
  const events = runTurn(request, AbortSignal.any(signals));
  return {
    events: observeTurn(events, request.turnId, { record, clock, logger }),
    abort: () => abort.abort(),
  };
}

/**
 * Makes a response of a turn's events, which may have begun, and runs it from now on. A stored one can be found by its id until
 * it has ended, and in the store from its beginning on.
 */
export async function openResponse(
  dependencies: Dependencies,
  prepared: PreparedResponse,
  turn: ResponseTurn,
): Promise<LiveResponse> {
  const { clock, logger, responses, responseRuns } = dependencies;
  const { head, request, asked, isStored } = prepared;
  const writer = new ResponseWriter(head, clock);
  const created = Promise.withResolvers<void>();
  const live = new LiveResponse({
    id: head.id,
    principalId: request.principalId,
    isBackground: asked.isBackground,
    hasStream: asked.isStream,
    writer,
    abortTurn: turn.abort,
    keep: async (body, events) => {
      await created.promise;
      await keepResponse(dependencies, prepared, body, events);
    },
    onFailure: (error) => logger.error("response.broke", { responseId: head.id, error }),
  });
  if (isStored) {
    responseRuns.add(live);
    // In the store before the client hears of it, so that not even the death of the server loses it.
    await createInStore(live);
  }
  created.resolve();
  void live.run(turn.events);
  return live;

  async function createInStore(response: LiveResponse): Promise<void> {
    try {
      await responses.createResponse(toKeptResponse(prepared, response.body));
    } catch (error) {
      logger.error("response.not-stored", { responseId: head.id, error });
      if (asked.isBackground) {
        turn.abort();
        throw new AppError(
          { kind: "internal", message: "The response could not be stored, so it was not begun." },
          { cause: error },
        );
      }
    }
  }
}
