import { matchedRoutes } from "hono/route";

import { newRequestId } from "../../core/words/ids.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { AppContext, AppMiddleware } from "../app-env.ts";
import { logRequest, type RequestLine, type RequestListeners } from "../log-request.ts";
import type { RequestRecord } from "../../service/turns/request-record.ts";

const CLIENT_REQUEST_ID = /^[\x20-\x7e]{1,512}$/;

/** Gives the request its id and its record, and logs one line when the answer is out or the client is gone. */
export function recordRequest(listeners: RequestListeners, clock: Clock): AppMiddleware {
  return async (context, next) => {
    const client = readClient(context.req.header("user-agent"));
    const traceParent = context.req.header("traceparent");
    const record: RequestRecord = {
      requestId: newRequestId(),
      startedAt: clock(),
      ...(client !== undefined && { client }),
      ...(traceParent !== undefined && { traceParent }),
    };
    context.set("record", record);
    context.header("X-Request-Id", record.requestId);
    context.env.outgoing.once("close", () => logRequest(listeners, record, describeLine(context, clock())));
    await next();
  };
}

const LONGEST_CLIENT = 200;

/** What a program calls itself in its User-Agent. */
export function readClient(userAgent: string | undefined): string | undefined {
  return userAgent?.trim().slice(0, LONGEST_CLIENT) || undefined;
}

function describeLine(context: AppContext, endedAt: number): RequestLine {
  const { outgoing } = context.env;
  const clientRequestId = context.req.header("x-client-request-id") ?? "";
  return {
    method: context.req.method,
    path: context.req.path,
    route: routeOf(context),
    status: outgoing.statusCode,
    endedAt,
    isClientGone: !outgoing.writableFinished,
    fields: {
      status: outgoing.statusCode,
      ...(CLIENT_REQUEST_ID.test(clientRequestId) && { clientRequestId }),
    },
  };
}

const LONGEST_PATH = 100;

/** The path as it was registered; one that nobody knows as it was sent, as far as it goes. */
function routeOf(context: AppContext): string {
  const route = matchedRoutes(context).findLast(({ path }) => !path.endsWith("/*") && path !== "*");
  // Without the patterns that parameters must match.
  return route?.path.replaceAll(/\{[^}/]*(\/\w+)?\}/g, "$1") ?? context.req.path.slice(0, LONGEST_PATH);
}
