import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

import { repeat } from "../lib/time.ts";

/** How often it is looked whether the client has taken something, in the time that it may take nothing. */
const LOOKS = 4;

/** Ends an answer's connection when its client stalls. */
export function endStalled(outgoing: ServerResponse, stallMs: number): void {
  const timer = watchStalls(() => outgoing.socket, stallMs);
  outgoing.once("close", () => timer.cancel());
}

/** Ends a WebSocket's connection when its client stalls: pings that it sends without reading are no sign that it is there. */
export function endStalledSocket(socket: Socket, stallMs: number): void {
  const timer = watchStalls(() => socket, stallMs);
  socket.once("close", () => timer.cancel());
}

/**
 * A client stalls that has taken nothing of what waits for it for `stallMs`: it is stopped, or has gone without a word, and would
 * hold its turn's place. Silence is no stall: then nothing waits.
 */
function watchStalls(socketOf: () => Socket | null, stallMs: number): { cancel(): void } {
  let taken = -1;
  let looks = 0;
  return repeat(Math.max(1, stallMs / LOOKS), () => {
    const socket = socketOf();
    if (!socket) return;
    const waiting = socket.writableLength;
    const now = socket.bytesWritten - waiting;
    const isStalled = waiting > 0 && now === taken;
    taken = now;
    looks = isStalled ? looks + 1 : 0;
    if (looks >= LOOKS) socket.destroy();
  });
}
