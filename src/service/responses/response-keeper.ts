import type { KeptResponse } from "../../core/ports/response-store.ts";
import { schedule } from "../../lib/time.ts";
import { outputOf } from "../../protocols/responses/items/kept-items.ts";
import type { ResponseBody, ResponseEvent } from "../../protocols/responses/response-head.ts";
import { shortenRepeats } from "../../protocols/responses/stored-events.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { JobPayload } from "./job-payload.ts";
import type { PreparedResponse } from "./prepare-response.ts";

/** A connected client gets its first token before anything is stored. */
const BEGIN_AFTER_MS = 100;

type KeeperParts = Pick<ServiceParts, "responses" | "responseRuns" | "jobs" | "owedWrites" | "logger">;

/** How a response can outlive this server: as a new job with its request, or as a job taken over from another server. */
export type JobOfResponse =
  | { readonly type: "new"; readonly payload: JobPayload }
  | { readonly type: "taken-up" };

/** Keeps one response in the store, from its beginning to its end. Does nothing for a response that is not to be stored. */
export class ResponseKeeper {
  readonly #parts: KeeperParts;
  readonly #prepared: PreparedResponse;
  readonly #job: JobOfResponse | undefined;
  readonly #over = Promise.withResolvers<void>();
  #timer: { cancel(): void } | undefined;
  #created: Promise<void> | undefined;

  constructor(parts: KeeperParts, prepared: PreparedResponse, job?: JobOfResponse) {
    this.#parts = parts;
    this.#prepared = prepared;
    this.#job = job;
    if (job?.type === "taken-up") this.#created = Promise.resolve();
  }

  /** Resolves when the response's end is in the store, or will never be. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /** Puts the response into the store. Rejects when that fails. */
  async begin(body: ResponseBody): Promise<void> {
    this.#timer?.cancel();
    this.#created ??= this.#create(body);
    try {
      await this.#created;
    } catch (error) {
      this.#created = undefined;
      throw error;
    }
  }

  /** Does the same shortly, unless the response has ended by then. */
  beginSoon(body: ResponseBody): void {
    if (!this.#prepared.isStored) return;
    this.#timer = schedule(BEGIN_AFTER_MS, () => {
      this.begin(body).catch((error: unknown) => this.#report(error));
    });
  }

  /** Stores the end. Never rejects: the answer itself is good, and the client has paid for it. */
  async end(body: ResponseBody, events: readonly ResponseEvent[]): Promise<void> {
    if (!this.#prepared.isStored) return this.#over.resolve();
    await this.#parts.owedWrites.write({
      write: () => this.#storeEnd(body, events),
      onFailure: (error) => this.#report(error),
      onOver: () => this.#over.resolve(),
    });
  }

  async #storeEnd(body: ResponseBody, events: readonly ResponseEvent[]): Promise<void> {
    const { head, asked } = this.#prepared;
    const isNew = this.#created === undefined;
    await this.begin(body);
    if (!isNew || asked.isStream) {
      await this.#parts.responses.updateResponse(head.id, {
        status: body.status,
        body,
        events: shortenRepeats(events),
      });
    }
    this.#remember(body);
  }

  async #create(body: ResponseBody): Promise<void> {
    if (!this.#prepared.isStored) return;
    const { responses, jobs } = this.#parts;
    const kept = toKeptResponse(this.#prepared, body);
    await responses.createResponse(kept);
    if (this.#job?.type !== "new") return;
    const { id, principalId, createdAt } = kept;
    await jobs.queue.add({ id, principalId, createdAt, payload: this.#job.payload });
  }

  /** The next response of the chain will ask for it soon. */
  #remember(body: ResponseBody): void {
    const { head, request, history, input, conversation } = this.#prepared;
    // What a conversation holds is not part of the chain.
    if (conversation || (body.status !== "completed" && body.status !== "incomplete")) return;
    const added = [...input, ...outputOf(body)];
    this.#parts.responseRuns.recent.remember(request.principalId, head.id, { history, added });
  }

  #report(error: unknown): void {
    this.#parts.logger.error("response.not-stored", { responseId: this.#prepared.head.id, error });
  }
}

/** A response in the form in which the store keeps it. */
function toKeptResponse({ asked, request, head, input }: PreparedResponse, body: ResponseBody): KeptResponse {
  return {
    id: head.id,
    principalId: request.principalId,
    status: body.status,
    isBackground: asked.isBackground,
    ...(asked.isStream && { hasStream: true }),
    ...(asked.previousResponseId !== undefined && { previousId: asked.previousResponseId }),
    createdAt: head.createdAt,
    body,
    input,
  };
}
