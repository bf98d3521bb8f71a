import type { KeptResponse } from "../../core/ports/response-store.ts";
import { itemsOf, toWireItems } from "../../protocols/responses/items/kept-items.ts";
import { pageItems } from "../../protocols/responses/items/page-items.ts";
import type { ResponseEvent } from "../../protocols/responses/response-head.ts";
import { eventsAfter } from "../../protocols/responses/stored-events.ts";
import {
  noStreamOf,
  noSuchResponse,
  notInBackground,
} from "../../protocols/responses/stored-response-error.ts";
import {
  parseInputItemsQuery,
  parseStoredResponseQuery,
} from "../../protocols/responses/stored-response-query.ts";
import { idOf } from "../id-of.ts";
import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { requirePrincipal } from "../require-principal.ts";
import { cancelWaiting } from "../../service/responses/cancel-waiting.ts";
import { streamResponse } from "../answers/stream-response.ts";

type Dependencies = Pick<AppDependencies, "responses" | "responseRuns">;

/** `GET /v1/responses/{id}`, as an object or as a stream that starts after any event */
export function showResponse(dependencies: Dependencies & Pick<AppDependencies, "turnRelay" | "options">) {
  const { responses, responseRuns } = dependencies;
  return async (context: AppContext): Promise<Response> => {
    const id = idOf(context);
    const { isStream, startingAfter } = parseStoredResponseQuery(queryOf(context));
    const principalId = requirePrincipal(context);
    const live = responseRuns.find(principalId, id);
    if (!isStream) {
      await live?.settled();
      if (live) return context.json(live.body);
      return context.json((await findKept(dependencies, context, id)).body);
    }
    const { keepAliveMs } = dependencies.options;
    const relayed = dependencies.turnRelay.find(id);
    if (live) {
      if (!live.hasStream) throw noStreamOf(id);
      const reading = new AbortController();
      // Proof for the cast: its `LiveResponse` wrote these events. They are relayed no longer when only its record is missing.
      const events = relayed
        ? (relayed.read(startingAfter + 1, reading.signal) as AsyncGenerator<ResponseEvent>)
        : live.read(startingAfter, reading.signal);
      return streamResponse(context, events, {
        live,
        keepAliveMs,
        onCancel: () => reading.abort(),
      });
    }
    const events = await responses.loadEvents(principalId, id);
    if (!events) {
      await findKept(dependencies, context, id);
      throw noStreamOf(id);
    }
    // Proof for the cast: a response is stored with the events that it had.
    const left = eventsAfter(events as readonly ResponseEvent[], startingAfter);
    return streamResponse(context, left, { keepAliveMs, onCancel: () => {} });
  };
}

/** `DELETE /v1/responses/{id}`; one that still runs is cancelled. */
export function removeResponse({ responses, responseRuns }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const id = idOf(context);
    const principalId = requirePrincipal(context);
    await responseRuns.find(principalId, id)?.cancel();
    const isDeleted = await responses.deleteResponse(principalId, id);
    responseRuns.recent.clear();
    if (!isDeleted) throw noSuchResponse(id);
    return context.json({ id, object: "response", deleted: true });
  };
}

/** `POST /v1/responses/{id}/cancel`; a response that has ended stays as it is. */
export function cancelResponse(dependencies: Dependencies & Pick<AppDependencies, "jobs">) {
  return async (context: AppContext): Promise<Response> => {
    const id = idOf(context);
    const live = dependencies.responseRuns.find(requirePrincipal(context), id);
    const response = live ?? (await findKept(dependencies, context, id));
    if (!response.isBackground) throw notInBackground();
    if (!live)
      return context.json(await cancelWaiting(dependencies, await findKept(dependencies, context, id)));
    await live.cancel();
    return context.json(live.body);
  };
}

/** `GET /v1/responses/{id}/input_items`: everything that the model was given, including the earlier responses of its chain. */
export function listInputItems(dependencies: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const id = idOf(context);
    const page = parseInputItemsQuery(queryOf(context));
    const kept = await findKept(dependencies, context, id);
    const { previousId, principalId } = kept;
    const before =
      previousId === undefined ? [] : await dependencies.responses.loadChain(principalId, previousId);
    const items = [...(before ?? []).flatMap(itemsOf), ...toWireItems(kept.input)];
    return context.json(pageItems(items, page));
  };
}

async function findKept({ responses }: Dependencies, context: AppContext, id: string): Promise<KeptResponse> {
  const kept = await responses.findResponse(requirePrincipal(context), id);
  if (!kept) throw noSuchResponse(id);
  return kept;
}

function queryOf(context: AppContext): URLSearchParams {
  return new URL(context.req.url).searchParams;
}
