import { toAppError } from "../../core/words/app-error.ts";
import { SilenceTimer } from "../../lib/silence-timer.ts";
import { newRequestId } from "../../core/words/ids.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";
import { outputOf } from "../../protocols/responses/items/kept-items.ts";
import type { Principal } from "../../core/words/principal.ts";
import type { ResponseBody } from "../../protocols/responses/response-head.ts";
import { encodeSocketEvent, formatSocketError } from "../../protocols/responses/socket-event.ts";
import { formatWarmUp } from "../../protocols/responses/warm-up-response.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { recordFailure, type RequestRecord } from "../../service/turns/request-record.ts";
import { beginResponse } from "../../service/responses/begin-response.ts";
import { ResponseKeeper } from "../../service/responses/response-keeper.ts";
import type { LiveResponse } from "../../service/responses/live-response.ts";
import { openResponse, type ResponseTurn } from "../../service/responses/open-response.ts";
import { prepareResponse, type PreparedResponse } from "../../service/responses/prepare-response.ts";
import type { Caller } from "../../service/turns/caller.ts";
import { readClient } from "../middleware/record-request.ts";
import { logSocketResponse } from "./log-socket-response.ts";
import type { SocketHistory } from "../../service/responses/socket-history.ts";
import type { SocketWriter } from "./socket-writer.ts";

/** What the responses of one connection share. */
export interface SocketContext {
  readonly dependencies: AppDependencies;
  readonly caller: Pick<Caller, "principalId" | "headers" | "mayApprove"> & {
    /** @throws AppError when its key may not be used any more */
    readonly identify: () => Promise<Principal>;
  };
  readonly history: SocketHistory;
  readonly writer: SocketWriter;
  /** Aborts when the connection has ended. */
  readonly signal: AbortSignal;
}

export interface SocketRequest {
  readonly streamId: string | undefined;
  readonly body: JsonObject;
  readonly isWarmUp: boolean;
}

/** One response on a WebSocket, from the client's event to the server's last: the end of the response, or one error. */
export class SocketResponse {
  readonly #context: SocketContext;
  readonly #request: SocketRequest;
  readonly #record: RequestRecord;
  /** Aborts when the client leaves during this response. */
  readonly #left = new AbortController();
  #turn: ResponseTurn | undefined;
  #live: LiveResponse | undefined;
  #isCancelled = false;

  constructor(context: SocketContext, request: SocketRequest) {
    this.#context = context;
    this.#request = request;
    const client = readClient(context.caller.headers["user-agent"]);
    this.#record = {
      requestId: newRequestId(),
      startedAt: context.dependencies.clock(),
      principalId: context.caller.principalId,
      ...(client !== undefined && { client }),
    };
  }

  get id(): string | undefined {
    return this.#live?.id;
  }

  get streamId(): string | undefined {
    return this.#request.streamId;
  }

  /** Ends the response; its last event says so. */
  cancel(): void {
    this.#isCancelled = true;
    if (this.#live) void this.#live.cancel();
    else this.#turn?.abort();
  }

  /** Never rejects: errors are sent to the client while there is one. */
  async run(): Promise<void> {
    const { signal, dependencies } = this.#context;
    // The connection outlives its responses, and listeners on its signal would pile up.
    const leave = () => this.#left.abort();
    signal.addEventListener("abort", leave, { once: true });
    try {
      const prepared = await this.#prepare();
      if (this.#request.isWarmUp) await this.#warmUp(prepared);
      else await this.#answer(prepared);
    } catch (thrown) {
      if (!signal.aborted) await this.#refuse(thrown);
    } finally {
      signal.removeEventListener("abort", leave);
      logSocketResponse(dependencies, this.#record, { streamId: this.streamId, isGone: signal.aborted });
    }
  }

  /** A warm-up asks the model nothing, so there may be no input to answer yet. */
  async #prepare(): Promise<PreparedResponse> {
    const { dependencies, caller, history } = this.#context;
    const { body, isWarmUp } = this.#request;
    const { mayApprove, bounds, logsContent } = await caller.identify();
    if (logsContent) this.#record.keepsContent = true;
    const whole = {
      ...caller,
      mayApprove,
      ...(bounds && { bounds }),
      record: this.#record,
      findPrevious: (id: string) => history.find(id),
    };
    const isEmpty = isWarmUp && !hasInput(body);
    if (!isEmpty) return prepareResponse(dependencies, whole, body);
    const prepared = await prepareResponse(dependencies, whole, { ...body, input: "." });
    return { ...prepared, input: [] };
  }

  async #warmUp(prepared: PreparedResponse): Promise<void> {
    const { dependencies } = this.#context;
    const { body, events } = formatWarmUp(prepared.head, dependencies.clock);
    const keeper = new ResponseKeeper(dependencies, prepared);
    // It is worth nothing unless it can be found, so its client hears that it could not be stored.
    await keeper.begin(body);
    await keeper.end(body, events);
    this.#remember(prepared, body);
    for (const event of events) await this.#write(event);
  }

  async #answer(prepared: PreparedResponse): Promise<void> {
    const { dependencies } = this.#context;
    const { signal } = this.#left;
    const turn = await beginResponse(prepared, {
      dependencies,
      silenceMs: dependencies.options.keepAliveMs,
      record: this.#record,
      signal,
      onStart: (started) => {
        this.#turn = started;
        if (this.#isCancelled) started.abort();
      },
      // A client that cancelled wants to see the response's end.
      isAnswer: ({ kind }) => kind === "refusal" || (kind === "cancelled" && this.#isCancelled),
    });
    const live = await openResponse(dependencies, prepared, turn);
    this.#live = live;
    if (this.#isCancelled) void live.cancel();
    const { keepAliveMs } = dependencies.options;
    const silence = new SilenceTimer(keepAliveMs, () => {
      if (!this.#context.writer.isFull) live.showLife();
    });
    try {
      for await (const event of live.readBound(signal)) {
        const isEnd = isLastEvent(event.type);
        // The client may continue as soon as it has the last event.
        if (isEnd) this.#keepInMind(prepared, live.body);
        // The event that follows says the same, and only that one ends the response.
        if (event.type !== "error") await this.#write(event, event.type === SIGN_OF_LIFE);
        silence.note();
      }
    } finally {
      silence.stop();
    }
  }

  #keepInMind(prepared: PreparedResponse, body: ResponseBody): void {
    if (body.status === "failed") this.#forgetPrevious();
    else this.#remember(prepared, body);
  }

  /** A stored response can be found without this, unless it continues from one that is not stored. */
  #remember(prepared: PreparedResponse, body: ResponseBody): void {
    const { history } = this.#context;
    const { previousResponseId } = prepared.asked;
    const isChainHere = previousResponseId !== undefined && history.has(previousResponseId);
    if (prepared.isStored && !isChainHere) return;
    if (body.status !== "completed" && body.status !== "incomplete") return;
    // What a conversation holds is not part of the chain, as with stored responses.
    const before = prepared.conversation ? [] : prepared.history;
    history.remember(body.id, [...before, ...prepared.input, ...outputOf(body)]);
  }

  /** After a failure the client must not continue from a state that may be the cause. */
  #forgetPrevious(): void {
    const previousId = this.#request.body["previous_response_id"];
    if (typeof previousId === "string") this.#context.history.forget(previousId);
  }

  async #refuse(thrown: unknown): Promise<void> {
    recordFailure(this.#record, thrown);
    this.#forgetPrevious();
    await this.#write(formatSocketError(toAppError(thrown))).catch(() => {
      // The connection has ended, as the log says.
    });
  }

  #write(event: JsonObject, isOwnSign = false): Promise<void> {
    return this.#context.writer.write(encodeSocketEvent(event, this.streamId), isOwnSign);
  }
}

function hasInput({ input }: JsonObject): boolean {
  return typeof input === "string" ? input !== "" : Array.isArray(input) && input.length > 0;
}

const SIGN_OF_LIFE = "response.in_progress";

const LAST_EVENTS: ReadonlySet<string> = new Set([
  "response.completed",
  "response.incomplete",
  "response.failed",
]);

function isLastEvent(type: string): boolean {
  return LAST_EVENTS.has(type);
}
