import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";

import { type TaskBounds, usedMs } from "./serve-tasks.ts";
import { TOO_LARGE, TOO_SLOW } from "./task-error.ts";
import { delay } from "./time.ts";

/** A thread beside the tasks of one process: ends the process when a task goes beyond its bounds, or when the parent is gone. */

const CHECK_MS = 20;
/** `process.stderr` of a thread writes by way of the main thread, which is busy. */
const STDERR = 2;

const { parent, maxBytes, end }: TaskBounds = workerData;

for (;;) {
  const [endMs = 0] = end;
  if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  if (endMs > 0 && usedMs() > endMs) stop(TOO_SLOW);
  if (process.memoryUsage.rss() > maxBytes) stop(TOO_LARGE);
  await delay(CHECK_MS);
}

function stop(reason: string): void {
  writeSync(STDERR, reason);
  process.kill(process.pid, "SIGKILL");
}
