import { Worker } from "node:worker_threads";

import { threadFile } from "./thread-file.ts";

/** What a process is given: a task and how much of the processor's time it may use. */
export interface TaskOrder<Task> {
  readonly task: Task;
  readonly limitMs: number;
}

/** What it answers. `isGrown`: memory is left in it that the next task should not have to answer for. */
export type TaskReply<Result> = ({ readonly result: Result } | { readonly failure: string }) & {
  readonly isGrown: boolean;
};

export interface TaskBounds {
  /** The process without which this one has nothing to do. */
  readonly parent: number;
  /** What this one may hold in memory. */
  readonly maxBytes: number;
  /** One number, shared: how much of the processor's time, in milliseconds, it may have used in all; 0 without a task. */
  readonly end: Int32Array;
}

/** The process's side of `TaskProcesses`: does one task after the other, until its parent is gone. */
export function serveTasks<Task, Result>(handle: (task: Task) => Result): void {
  // They go to all processes of a terminal. This one ends with its parent, which may still have much to finish.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
  process.once("disconnect", () => process.exit());
  const [parent, maxBytes] = process.argv.slice(2).map(Number);
  const end = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: TaskBounds = { parent: Number(parent), maxBytes: Number(maxBytes), end };
  new Worker(threadFile("task-watch", import.meta.url), { workerData, execArgv: [] }).unref();
  process.on("message", ({ task, limitMs }: TaskOrder<Task>) => {
    Atomics.store(end, 0, Math.ceil(usedMs() + limitMs));
    // The watch sleeps while there is nothing to watch.
    Atomics.notify(end, 0);
    const answer = answerOf(handle, task);
    Atomics.store(end, 0, 0);
    process.send?.({ ...answer, isGrown: process.memoryUsage.rss() > workerData.maxBytes / 2 });
  });
}

/** What this process has used of the processor's time, in milliseconds. */
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
