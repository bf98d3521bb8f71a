import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { WebSocketServer } from "ws";

import { AppError } from "../../core/words/app-error.ts";
import type { PrincipalId } from "../../core/words/ids.ts";
import type { Principal } from "../../core/words/principal.ts";
import { RequestError } from "../../protocols/request-error.ts";
import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { sendError } from "../answers/error-response.ts";
import { formatError } from "../answers/format-error.ts";
import { mayNotUse } from "../../service/access/may-not-use.ts";
import { callerOf } from "../caller-of.ts";
import { type Identifiers, identify } from "../middleware/identify.ts";
import { ResponseSocket } from "./response-socket.ts";

const MAX_SOCKETS = 256;

/** `GET /v1/responses` as a WebSocket. By the time it is accepted, it has passed the checks of every request. */
export function acceptResponseSocket(dependencies: AppDependencies) {
  const { options, logger, clock } = dependencies;
  // Compression is off: a small message could expand to a very large one.
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: options.maxBodyBytes,
  });
  let count = 0;
  return async (context: AppContext): Promise<Response> => {
    const { upgrade, incoming } = context.env;
    const { principalId, mayApprove, headers } = callerOf(context);
    const identifyNow = () => identifyAgain(options, context, principalId);
    if (!upgrade) return requireUpgrade(context);
    if (count >= MAX_SOCKETS) throw tooManySockets();
    const { requestId, startedAt } = context.var.record;
    const caller = { principalId, mayApprove, headers, identify: identifyNow };
    const nameRequest = (lines: string[]) => void lines.push(`X-Request-Id: ${requestId}`);
    const { socket, head } = upgrade.take();
    server.once("headers", nameRequest);
    server.handleUpgrade(incoming, socket, head, (webSocket) => {
      count += 1;
      logger.info("websocket.opened", { requestId, principal: principalId });
      const { closing } = upgrade;
      void new ResponseSocket(webSocket, { dependencies, caller, closing }).serve().then((code) => {
        count -= 1;
        logger.info("websocket.closed", {
          requestId,
          principal: principalId,
          code,
          durationMs: clock() - startedAt,
        });
      });
    });
    // An improper handshake was refused without the listener being called.
    server.off("headers", nameRequest);
    return RESPONSE_ALREADY_SENT;
  };
}

/** Who the client is by now: its key or session may have changed, expired or been revoked since the connection was opened. */
async function identifyAgain(
  identifiers: Identifiers,
  context: AppContext,
  id: PrincipalId,
): Promise<Principal> {
  const { principal } = await identify(context, identifiers);
  if (principal.id !== id)
    throw new AppError({ kind: "unauthorized", message: "This key or session is no longer valid." });
  if (!principal.mayUse) throw mayNotUse(principal);
  return principal;
}

function requireUpgrade(context: AppContext): Response {
  context.header("Upgrade", "websocket");
  const message =
    "GET /v1/responses opens a WebSocket. Send the request with the header Upgrade: websocket, or POST it to create a response.";
  return sendError(context, formatError(context, new RequestError("upgrade_required", message), 426));
}

function tooManySockets(): AppError {
  return new AppError({
    kind: "queue-full",
    message: `This server has ${MAX_SOCKETS} WebSocket connections open and takes no more. Close one, or try again later.`,
  });
}
