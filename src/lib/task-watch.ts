import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";

import { type TaskBounds, usedMs } from "./serve-tasks.ts";
import { TOO_LARGE, TOO_SLOW } from "./task-error.ts";

/** A thread beside the tasks of one process: ends the process when a task goes beyond its bounds, or when the parent is gone. */

const CHECK_MS = 20;
/** Between two looks for the parent, when there is no task. */
const IDLE_MS = 2_000;
/** `process.stderr` of a thread writes by way of the main thread, which is busy. */
const STDERR = 2;

const { parent, maxBytes, end }: TaskBounds = workerData;

for (;;) {
  const endMs = Atomics.load(end, 0);
  if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  if (endMs > 0 && usedMs() > endMs) stop(TOO_SLOW);
  if (endMs > 0 && process.memoryUsage.rss() > maxBytes) stop(TOO_LARGE);
  // Until another task begins, or for this long.
  Atomics.wait(end, 0, endMs, endMs > 0 ? CHECK_MS : IDLE_MS);
}

function stop(reason: string): void {
  writeSync(STDERR, reason);
  process.kill(process.pid, "SIGKILL");
}
