/** Why a task of `TaskThreads` has no result. */
export type TaskFailure =
  /** It took longer than it may. */
  | "too-slow"
  /** It needed more memory than a thread has. */
  | "too-large"
  /** Too many tasks of its client wait. */
  | "refused"
  /** The threads are closed. */
  | "closed"
  /** It threw, or its thread broke. */
  | "broken";

export class TaskError extends Error {
  override readonly name = "TaskError";
  readonly failure: TaskFailure;

  constructor(failure: TaskFailure, cause?: unknown) {
    super(`The task failed: ${failure}.`, { cause });
    this.failure = failure;
  }
}
