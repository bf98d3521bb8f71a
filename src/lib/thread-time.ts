import type { Worker } from "node:worker_threads";

import { repeat } from "./time.ts";

const CHECK_MS = 50;

/**
 * Calls `expire` once a thread has used the processor for `limitMs` from now on; a busy machine takes nothing away from it.
 * Where Node does not tell (before 22.20), the time of the clock counts.
 */
export function limitThreadTime(thread: Worker, limitMs: number, expire: () => void): { cancel(): void } {
  let usedBefore: number | undefined;
  let isOver = false;
  const check = async () => {
    const used = await usedMs(thread);
    usedBefore ??= used;
    if (isOver || used - usedBefore < limitMs) return;
    isOver = true;
    timer.cancel();
    expire();
  };
  const timer = repeat(CHECK_MS, () => void check());
  void check();
  return {
    cancel() {
      isOver = true;
      timer.cancel();
    },
  };
}

/** What it has used up to now. */
async function usedMs(thread: Worker): Promise<number> {
  if (typeof thread.cpuUsage !== "function") return performance.now();
  try {
    const { user, system } = await thread.cpuUsage();
    return (user + system) / 1000;
  } catch {
    // It has not begun yet, or has ended.
    return 0;
  }
}
