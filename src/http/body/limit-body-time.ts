import type { IncomingMessage, ServerResponse } from "node:http";

import { schedule } from "../../lib/time.ts";
import { answerClientError } from "../answers/answer-client-error.ts";

/**
 * Ends a request whose body is not complete within `timeoutMs` after its headers: with 408, or without a word when an answer
 * has begun. Node's own limit counts from the first byte of the headers, and so holds a body to the sum of both.
 */
export function limitBodyTime(incoming: IncomingMessage, outgoing: ServerResponse, timeoutMs: number): void {
  const timer = schedule(timeoutMs, () => {
    if (incoming.complete) return;
    const { socket } = incoming;
    if (outgoing.headersSent) socket.destroy();
    else answerClientError(Object.assign(new Error("late"), { code: "ERR_HTTP_REQUEST_TIMEOUT" }), socket);
  });
  outgoing.once("close", () => timer.cancel());
}
