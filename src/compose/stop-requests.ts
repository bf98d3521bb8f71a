import type { StopRequest } from "../protocols/admin/parse-stop-request.ts";

/** What the command line has asked for about the server's end. */
export class StopRequests {
  readonly #first = Promise.withResolvers<StopRequest>();
  readonly #hurry = Promise.withResolvers<void>();

  /** Resolves with the first request. */
  get first(): Promise<StopRequest> {
    return this.#first.promise;
  }

  /** Resolves once somebody does not want to wait for running turns. */
  get hurry(): Promise<void> {
    return this.#hurry.promise;
  }

  add(request: StopRequest): void {
    this.#first.resolve(request);
    if (request.isNow) this.#hurry.resolve();
  }
}
