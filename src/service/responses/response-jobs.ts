import { AppError } from "../../core/words/app-error.ts";
import type { TurnId } from "../../core/words/ids.ts";
import type { JobQueue } from "../../core/ports/job-queue.ts";
import { responseIdOf } from "../../protocols/responses/response-head.ts";

/** The job queue of background responses, and those of this server's jobs whose turns have not begun. */
export class ResponseJobs {
  readonly queue: JobQueue;
  readonly #waiting = new Set<TurnId>();

  constructor(queue: JobQueue) {
    this.queue = queue;
  }

  /** Called when a job's turn is about to run on this server. */
  expect(turnId: TurnId): void {
    this.#waiting.add(turnId);
  }

  /** Called when the turn will not run, or has run. */
  forget(turnId: TurnId): void {
    this.#waiting.delete(turnId);
  }

  /**
   * Must be awaited before a turn does anything. Undefined when the turn belongs to no job: then there is nothing to wait for.
   * @throws AppError when the job no longer belongs to this server
   */
  beginTurn(turnId: TurnId): Promise<void> | undefined {
    return this.#waiting.delete(turnId) ? this.#begin(turnId) : undefined;
  }

  async #begin(turnId: TurnId): Promise<void> {
    if (await this.queue.begin(responseIdOf(turnId))) return;
    throw new AppError({
      kind: "cancelled",
      message: "This response was deleted or cancelled, or another server has taken it up.",
    });
  }
}
