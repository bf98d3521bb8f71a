import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";

import { type TaskBounds, usedMs } from "./serve-tasks.ts";
import { TOO_LARGE, TOO_SLOW } from "./task-error.ts";

/**
 * Watches the tasks of one process from a thread beside them: kills the process when a task exceeds its limits or the parent is
 * gone.
 */

const CHECK_MS = 20;
/** Time between two checks for the parent when there is no task. */
const IDLE_MS = 2_000;
/** In a thread, `process.stderr` writes through the main thread, which is busy. */
const STDERR = 2;

const { parent, maxBytes, end }: TaskBounds = workerData;

for (;;) {
  const endMs = Atomics.load(end, 0);
  if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  if (endMs > 0 && usedMs() > endMs) stop(TOO_SLOW);
  if (endMs > 0 && process.memoryUsage.rss() > maxBytes) stop(TOO_LARGE);
  // Waits until another task begins, at most for this long.
  Atomics.wait(end, 0, endMs, endMs > 0 ? CHECK_MS : IDLE_MS);
}

function stop(reason: string): void {
  writeSync(STDERR, reason);
  process.kill(process.pid, "SIGKILL");
}
