import { soon } from "./time.ts";

/** Others hardly notice it. */
const MOST_MS = 10;

let heldSince: number | undefined;

/**
 * Whether the process has come to nothing else for a while, such as other sockets and timers: callbacks of promises run one after the
 * other as long as there are any. Who has much to do asks before each piece, and waits for `nextTick` then.
 */
export function isLoopHeld(): boolean {
  const now = performance.now();
  if (heldSince === undefined) {
    heldSince = now;
    soon(() => {
      heldSince = undefined;
    });
  }
  return now - heldSince >= MOST_MS;
}
