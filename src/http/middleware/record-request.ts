import { newRequestId } from "../../core/ids.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { statusOfError } from "../../protocols/openai-error.ts";
import type { AppContext, AppMiddleware } from "../app-env.ts";
import type { RequestRecord } from "../request-record.ts";

const CLIENT_REQUEST_ID = /^[\x20-\x7e]{1,512}$/;

/** Gives the request its id and its record, and logs one line when the answer is out or the client is gone. */
export function recordRequest(logger: Logger, clock: Clock): AppMiddleware {
  return async (context, next) => {
    const record: RequestRecord = { requestId: newRequestId(), startedAt: clock() };
    context.set("record", record);
    context.header("X-Request-Id", record.requestId);
    context.env.outgoing.once("close", () => logRequest(logger, context, record, clock()));
    await next();
  };
}

function logRequest(logger: Logger, context: AppContext, record: RequestRecord, endedAt: number): void {
  const { outgoing } = context.env;
  const clientRequestId = context.req.header("x-client-request-id") ?? "";
  const { requestId, startedAt, firstTokenAt, error, thrown, principalId, ...rest } = record;
  const fields = {
    requestId,
    method: context.req.method,
    path: context.req.path,
    status: outgoing.statusCode,
    durationMs: endedAt - startedAt,
    ...(principalId !== undefined && { principal: principalId }),
    ...rest,
    ...(firstTokenAt !== undefined && { firstTokenMs: firstTokenAt - startedAt }),
    ...(error !== undefined && { errorKind: error.kind }),
    ...(CLIENT_REQUEST_ID.test(clientRequestId) && { clientRequestId }),
    ...(!outgoing.writableFinished && { isClientGone: true }),
  };
  logger.info("request.completed", fields);
  if (error !== undefined && statusOfError(error) >= 500) {
    logger.error("request.failed", {
      ...fields,
      problem: error.message,
      ...(thrown !== undefined && { error: thrown }),
    });
  }
}
