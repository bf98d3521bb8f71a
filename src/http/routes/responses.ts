import { AppError } from "../../core/words/app-error.ts";
import { nextTick } from "../../lib/time.ts";
import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { readJsonBody } from "../body/read-json-body.ts";
import { callerOf } from "../caller-of.ts";
import { beginInBackground, beginResponse } from "../../service/responses/begin-response.ts";
import { type JobPayload, toJobPayload } from "../../service/responses/job-payload.ts";
import type { LiveResponse } from "../../service/responses/live-response.ts";
import { logResponseEnd } from "../../service/responses/log-response-end.ts";
import { openResponse } from "../../service/responses/open-response.ts";
import { prepareResponse, type PreparedResponse } from "../../service/responses/prepare-response.ts";
import { streamResponse } from "../answers/stream-response.ts";
import { setTurnHeaders } from "../answers/turn-headers.ts";

/** `POST /v1/responses` */
export function createResponse(dependencies: AppDependencies) {
  return async (context: AppContext): Promise<Response> => {
    const body = await readJsonBody(context, dependencies.options.maxBodyBytes);
    const caller = callerOf(context);
    const prepared = await prepareResponse(dependencies, caller, body);
    return prepared.asked.isBackground
      ? runInBackground(context, dependencies, prepared, toJobPayload(caller, body))
      : runForClient(context, dependencies, prepared);
  };
}

/** Runs a response bound to its client: it is cancelled when the client leaves. */
async function runForClient(
  context: AppContext,
  dependencies: AppDependencies,
  prepared: PreparedResponse,
): Promise<Response> {
  const { keepAliveMs } = dependencies.options;
  const { signal } = context.req.raw;
  const { record } = context.var;
  const turn = await beginResponse(prepared, {
    dependencies,
    silenceMs: dependencies.options.keepAliveMs,
    record,
    signal,
  });
  const live = await openResponse(dependencies, prepared, turn);
  if (prepared.asked.isStream) {
    setTurnHeaders(context);
    return streamResponse(context, live.readBound(signal), {
      live,
      keepAliveMs,
      onCancel: () => void live.cancel(),
    });
  }
  await live.ended;
  setTurnHeaders(context);
  return answerWith(context, live);
}

/** Runs a response that goes on without the client. A turn that is refused at once still gets its HTTP status. */
async function runInBackground(
  context: AppContext,
  dependencies: AppDependencies,
  prepared: PreparedResponse,
  payload: JobPayload,
): Promise<Response> {
  const turn = beginInBackground(prepared, {
    dependencies,
    record: context.var.record,
    silenceMs: dependencies.options.keepAliveMs,
  });
  const live = await openResponse(dependencies, prepared, turn, { type: "new", payload });
  await Promise.race([live.ended, nextTick()]);
  if (live.failure) {
    // The client never learns its id.
    await dependencies.responses.deleteResponse(live.principalId, live.id);
    throw new AppError(live.failure);
  }
  context.var.record.heldUntil = live.ended;
  void logResponseEnd(live, context.var.record, dependencies);
  setTurnHeaders(context);
  if (!prepared.asked.isStream) return context.json(live.body);
  const reading = new AbortController();
  return streamResponse(context, live.read(-1, reading.signal), {
    live,
    keepAliveMs: dependencies.options.keepAliveMs,
    onCancel: () => reading.abort(),
  });
}

function answerWith(context: AppContext, { failure, body }: LiveResponse): Response {
  // A refusal is in the answer.
  if (failure && failure.kind !== "refusal" && body.status === "failed") throw new AppError(failure);
  return context.json(body);
}
