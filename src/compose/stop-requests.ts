import { AppError } from "../core/words/app-error.ts";
import type { StopRequest } from "../protocols/admin/parse-stop-request.ts";

const ENDING = "The server is ending already. Start it once it has ended.";

/** What the command line has asked for about the server's end. */
export class StopRequests {
  readonly #first = Promise.withResolvers<StopRequest>();
  readonly #hurry = Promise.withResolvers<void>();
  #isRestart = false;
  /** Why there will be no restart. */
  #refusal: string | undefined;

  /** Resolves with the first request. */
  get first(): Promise<StopRequest> {
    return this.#first.promise;
  }

  /** Resolves once somebody does not want to wait for running turns. */
  get hurry(): Promise<void> {
    return this.#hurry.promise;
  }

  /** From now on, who asks for a restart is told why there is none. */
  refuseRestart(why = ENDING): void {
    this.#refusal = why;
  }

  /** @throws AppError `conflict` when it asks for a restart and there will be none */
  add(request: StopRequest): void {
    if (request.isRestart && this.#refusal !== undefined)
      throw new AppError({ kind: "conflict", message: this.#refusal });
    this.#isRestart ||= request.isRestart;
    if (!this.#isRestart) this.refuseRestart();
    this.#first.resolve(request);
    if (request.isNow) this.#hurry.resolve();
  }
}
