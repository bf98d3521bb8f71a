/**
 * Loaded into the server ahead of it: at each SIGUSR2 it writes how long the server's thread was held up at most since the last one,
 * by work without a break or by waiting for a disk, and how long it waited at most for a processor, which is the machine's doing.
 */
import { readFileSync } from "node:fs";

import { repeat } from "../../../src/lib/time.ts";

const LOOK_MS = 2;
const isServer = process.argv[1]?.endsWith("turnpike.cjs") === true;

/** What the thread has waited for a processor so far: the second number, in nanoseconds. */
function waitedMs() {
  const [, waited] = readFileSync("/proc/self/schedstat", "utf8").split(" ");
  return Number(waited) / 1e6;
}

if (isServer) {
  let heldMs = 0;
  let lateMs = 0;
  let count = 0;
  let before = { at: performance.now(), waited: waitedMs() };
  repeat(LOOK_MS, () => {
    const now = { at: performance.now(), waited: waitedMs() };
    const late = now.waited - before.waited;
    heldMs = Math.max(heldMs, now.at - before.at - LOOK_MS - late);
    lateMs = Math.max(lateMs, late);
    before = now;
  });
  process.on("SIGUSR2", () => {
    count += 1;
    process._rawDebug(`Held up ${count}: ${heldMs.toFixed(0)} ms, late ${lateMs.toFixed(0)} ms`);
    heldMs = 0;
    lateMs = 0;
  });
}
