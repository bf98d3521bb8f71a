/** Why a task of `TaskProcesses` has no result. */
export type TaskFailure =
  /** It took longer than allowed. */
  | typeof TOO_SLOW
  /** It needed more memory than a process has. */
  | typeof TOO_LARGE
  /** Too many tasks of the same client are waiting. */
  | "refused"
  /** The processes are closed. */
  | "closed"
  /** It threw an error, or its process broke. */
  | "broken";

export const TOO_SLOW = "too-slow";
export const TOO_LARGE = "too-large";

export class TaskError extends Error {
  override readonly name = "TaskError";
  readonly failure: TaskFailure;

  constructor(failure: TaskFailure, cause?: unknown) {
    super(`The task failed: ${failure}.`, { cause });
    this.failure = failure;
  }
}
