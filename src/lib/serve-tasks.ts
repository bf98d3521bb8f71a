import { parentPort, type Transferable } from "node:worker_threads";

/** What a thread answers to a task. */
export type TaskReply<Result> = { readonly result: Result } | { readonly failure: string };

/** The thread's side of `TaskThreads`: does one task after the other. `transfer` hands what is in the result over. */
export function serveTasks<Task, Result>(
  handle: (task: Task) => { readonly result: Result; readonly transfer?: Transferable[] },
): void {
  parentPort?.on("message", (task: Task) => {
    const { reply, transfer } = answer(handle, task);
    parentPort?.postMessage(reply, transfer);
  });
}

function answer<Task, Result>(
  handle: (task: Task) => { readonly result: Result; readonly transfer?: Transferable[] },
  task: Task,
): { readonly reply: TaskReply<Result>; readonly transfer: Transferable[] } {
  try {
    const { result, transfer = [] } = handle(task);
    return { reply: { result }, transfer };
  } catch (error) {
    // Not every error can cross to another thread.
    const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { reply: { failure }, transfer: [] };
  }
}
