import { availableParallelism } from "node:os";

import { TaskThreads } from "../lib/task-threads.ts";
import { threadFile } from "../lib/thread-file.ts";
import type { OffloadResult, OffloadTask } from "./offload-task.ts";

/** Two at least: a client that makes its own task take long must not hold up the others' tasks. */
const MIN_THREADS = 2;
const MAX_THREADS = 4;

/** The threads for what would hold up everybody else's turns. */
export function openThreads(): TaskThreads<OffloadTask, OffloadResult> {
  return new TaskThreads({
    file: threadFile("offload-thread", import.meta.url),
    maxThreads: Math.min(Math.max(MIN_THREADS, availableParallelism()), MAX_THREADS),
    maxHeapMb: 1024,
    maxWaiting: 256,
  });
}
