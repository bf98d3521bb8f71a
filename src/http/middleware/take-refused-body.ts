import type { IncomingMessage } from "node:http";

import { schedule } from "../../lib/time.ts";
import type { AppMiddleware } from "../app-env.ts";

/** Of what declared length a body that nobody wants is read. A client that sends more, or slower, may lose the answer. */
const MAX_BYTES = 128 * 1024 * 1024;
const MAX_MS = 5_000;

/**
 * Refusals that come before the end of a body wait until the rest of it has come, unread. Otherwise the connection would be closed
 * on a client that still sends, and the reset takes the answer with it: nginx makes a 502 of it, HAProxy hangs up.
 */
export function takeRefusedBody(): AppMiddleware {
  return async (context, next) => {
    await next();
    const { incoming } = context.env;
    // One of undeclared length need not have an end.
    const length = Number(incoming.headers["content-length"] ?? Number.NaN);
    if (context.res.status >= 400 && !incoming.complete && length <= MAX_BYTES) await discard(incoming);
  };
}

function discard(incoming: IncomingMessage): Promise<void> {
  if (incoming.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      timer.cancel();
      incoming.off("end", end).off("error", end).off("close", end);
      resolve();
    };
    const timer = schedule(MAX_MS, end);
    incoming.once("end", end).once("error", end).once("close", end).resume();
  });
}
