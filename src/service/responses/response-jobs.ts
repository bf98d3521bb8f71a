import { AppError } from "../../core/words/app-error.ts";
import type { TurnId } from "../../core/words/ids.ts";
import type { JobQueue } from "../../core/ports/job-queue.ts";
import { responseIdOf } from "../../protocols/responses/response-head.ts";

/** The jobs of background responses, with those of this server that wait for their turn. */
export class ResponseJobs {
  readonly queue: JobQueue;
  readonly #waiting = new Set<TurnId>();

  constructor(queue: JobQueue) {
    this.queue = queue;
  }

  /** The turn of a job of this server's is about to be run. */
  expect(turnId: TurnId): void {
    this.#waiting.add(turnId);
  }

  /** It will not be, or has been. */
  forget(turnId: TurnId): void {
    this.#waiting.delete(turnId);
  }

  /**
   * To be waited for before a turn does anything. Undefined when it is no job's: then there is nothing to wait for.
   * @throws AppError when the job is no longer this server's
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
