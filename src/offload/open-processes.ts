import { availableParallelism } from "node:os";

import { TaskProcesses } from "../lib/task-processes.ts";
import { threadFile } from "../lib/thread-file.ts";
import type { OffloadResult, OffloadTask } from "./offload-task.ts";

/** At least two: a client whose own task takes long must not block the tasks of others. */
const MIN_PROCESSES = 2;
const MAX_PROCESSES = 4;

/** Opens the processes for work that would block the turns of everybody else. */
export function openProcesses(): TaskProcesses<OffloadTask, OffloadResult> {
  return new TaskProcesses({
    file: threadFile("offload-process", import.meta.url),
    maxProcesses: Math.min(Math.max(MIN_PROCESSES, availableParallelism()), MAX_PROCESSES),
    maxMemoryMb: 1024,
    maxWaiting: 256,
  });
}
