import type { ServerResponse } from "node:http";

import { repeat } from "../lib/time.ts";

/** How often it is looked whether the client has taken something, in the time that it may take nothing. */
const LOOKS = 4;

/**
 * Ends an answer's connection when its client has taken nothing of what waits for it for `stallMs`: it is stopped, or has gone without a
 * word, and would hold its turn's place. Silence is no stall: then nothing waits.
 */
export function endStalled(outgoing: ServerResponse, stallMs: number): void {
  let taken = -1;
  let looks = 0;
  const timer = repeat(Math.max(1, stallMs / LOOKS), () => {
    const { socket } = outgoing;
    if (!socket) return;
    const waiting = socket.writableLength;
    const now = socket.bytesWritten - waiting;
    const isStalled = waiting > 0 && now === taken;
    taken = now;
    looks = isStalled ? looks + 1 : 0;
    if (looks >= LOOKS) socket.destroy();
  });
  outgoing.once("close", () => timer.cancel());
}
