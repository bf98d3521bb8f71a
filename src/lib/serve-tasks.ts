import { Worker } from "node:worker_threads";

import { threadFile } from "./thread-file.ts";

/** What a process receives: a task and how much CPU time it may use. */
export interface TaskOrder<Task> {
  readonly task: Task;
  readonly limitMs: number;
}

/** What the process answers. `isGrown`: so much memory remains in use that the next task should not run in this process. */
export type TaskReply<Result> = ({ readonly result: Result } | { readonly failure: string }) & {
  readonly isGrown: boolean;
};

export interface TaskBounds {
  /** Process id of the parent, without which this process has nothing to do. */
  readonly parent: number;
  /** How much memory this process may use. */
  readonly maxBytes: number;
  /** One shared number: the total CPU time, in milliseconds, at which the process is stopped; 0 when there is no task. */
  readonly end: Int32Array;
}

/** The process's side of `TaskProcesses`: runs one task after another until its parent is gone. */
export function serveTasks<Task, Result>(handle: (task: Task) => Result): void {
  // A terminal sends these signals to all of its processes. This one ends with its parent, which may still have much to finish.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
  process.once("disconnect", () => process.exit());
  const [parent, maxBytes] = process.argv.slice(2).map(Number);
  const end = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: TaskBounds = { parent: Number(parent), maxBytes: Number(maxBytes), end };
  new Worker(threadFile("task-watch", import.meta.url), { workerData, execArgv: [] }).unref();
  process.on("message", ({ task, limitMs }: TaskOrder<Task>) => {
    Atomics.store(end, 0, Math.ceil(usedMs() + limitMs));
    // Wakes the watch, which sleeps between tasks.
    Atomics.notify(end, 0);
    const answer = answerOf(handle, task);
    Atomics.store(end, 0, 0);
    process.send?.({ ...answer, isGrown: process.memoryUsage.rss() > workerData.maxBytes / 2 });
  });
}

/** The CPU time that this process has used, in milliseconds. */
export function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function answerOf<Task, Result>(handle: (task: Task) => Result, task: Task) {
  try {
    return { result: handle(task) };
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
