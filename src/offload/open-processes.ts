import { availableParallelism } from "node:os";

import { TaskProcesses } from "../lib/task-processes.ts";
import { threadFile } from "../lib/thread-file.ts";
import type { OffloadResult, OffloadTask } from "./offload-task.ts";

/** Two at least: a client that makes its own task take long must not hold up the others' tasks. */
const MIN_PROCESSES = 2;
const MAX_PROCESSES = 4;

/** The processes for what would hold up everybody else's turns. */
export function openProcesses(): TaskProcesses<OffloadTask, OffloadResult> {
  return new TaskProcesses({
    file: threadFile("offload-process", import.meta.url),
    maxProcesses: Math.min(Math.max(MIN_PROCESSES, availableParallelism()), MAX_PROCESSES),
    maxMemoryMb: 1024,
    maxWaiting: 256,
  });
}
