import { randomBytes } from "node:crypto";

import type { EngineSession, ProcessExit, SessionStart, TurnInput } from "../../core/ports/engine-session.ts";
import type { TurnSupervisor } from "../../core/ports/turn-supervisor.ts";
import { AppError } from "../../core/words/app-error.ts";
import { newSessionId } from "../../core/words/ids.ts";
import type { EngineOutput, PermissionResolved, TurnError } from "../../core/words/turn-event.ts";
import { NO_USE } from "../../core/words/usage.ts";
import type { ChannelDesk } from "./channel-desk.ts";
import type { OutgoingEvent } from "./event-transport.ts";
import type { Exchange, ExchangeEvent } from "./exchange.ts";
import { renderEvent } from "./render-event.ts";

export interface ChannelSessionParts {
  readonly desk: ChannelDesk;
  /** @throws AppError when no turn can run now */
  readonly requireReady: () => void;
  readonly fits: (event: OutgoingEvent) => boolean;
  /** Settles when Claude Code has gone. */
  readonly exited: Promise<ProcessExit>;
}

/** What an ask becomes when its answer is there. */
type SessionEvent = ExchangeEvent | { readonly type: "resolved"; readonly event: PermissionResolved };

/**
 * A conversation of Turnpike's inside the one conversation of the Claude Code session: it knows what Claude has been told of it
 * there. Its first event brings the system text and what was said elsewhere, the later ones only the new messages.
 */
export class ChannelSession implements EngineSession {
  readonly id = newSessionId();
  readonly processId = undefined;
  readonly openCallIds: readonly string[] = [];
  readonly exited: Promise<ProcessExit>;
  readonly #parts: ChannelSessionParts;
  readonly #start: Pick<SessionStart, "spec" | "history">;
  #state: "new" | "idle" | "running" | "spent" = "new";
  readonly #memory: number;

  constructor(start: Pick<SessionStart, "spec" | "history">, parts: ChannelSessionParts) {
    this.#start = start;
    this.#parts = parts;
    this.#memory = parts.desk.memory;
    const { promise, resolve } = Promise.withResolvers<ProcessExit>();
    this.exited = promise;
    this.#end = resolve;
    void parts.exited.then((exit) => {
      this.#state = "spent";
      resolve(exit);
    });
  }

  readonly #end: (exit: ProcessExit) => void;

  get canContinue(): boolean {
    return this.#state === "idle";
  }

  /** Not when Claude has forgotten the conversation: then its history has to be told again. */
  canTake(): boolean {
    return this.#memory === this.#parts.desk.memory;
  }

  async *runTurn(
    { messages }: TurnInput,
    supervisor: TurnSupervisor,
    signal: AbortSignal,
  ): AsyncIterable<EngineOutput> {
    if (this.#state !== "new" && this.#state !== "idle") {
      throw new Error(`A session that is ${this.#state} cannot run a turn.`);
    }
    const { spec, history } = this.#start;
    const isFirst = this.#state === "new";
    this.#state = "running";
    try {
      this.#parts.requireReady();
      const instructions = [spec.instructions, spec.systemText].filter((text) => text !== "").join("\n\n");
      const event = {
        requestId: newEventId(),
        conversation: this.id,
        text: renderEvent({
          systemText: isFirst ? instructions : "",
          history: isFirst ? history : [],
          messages,
        }),
      };
      if (!this.#parts.fits(event)) throw new AppError(TOO_LARGE);
      yield* this.#converse(event, supervisor, signal);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      yield failed(error);
    } finally {
      if (this.#state === "running") this.#state = "spent";
    }
  }

  close(): Promise<void> {
    this.#state = "spent";
    this.#end({ code: 0, signal: null });
    return Promise.resolve();
  }

  async *#converse(
    event: OutgoingEvent,
    supervisor: TurnSupervisor,
    signal: AbortSignal,
  ): AsyncIterable<EngineOutput> {
    const over = new AbortController();
    const exchange = this.#parts.desk.send(event, AbortSignal.any([signal, over.signal]));
    let said = "";
    try {
      // Aborted before it could be heard.
      if (signal.aborted) return yield failed(abortReason(signal));
      for await (const told of exchange.events as AsyncIterable<SessionEvent>) {
        switch (told.type) {
          case "text":
            said += told.text;
            yield { type: "text-delta", text: told.text };
            break;
          case "progress":
            yield { type: "progress" };
            break;
          case "ask":
            yield this.#ask(told, exchange, supervisor);
            break;
          case "resolved":
            yield told.event;
            break;
          case "failed":
            return yield failed(signal.aborted ? abortReason(signal) : told.error);
          case "end":
            yield { type: "transcript-append", entry: { role: "assistant", content: said } };
            if (this.#state === "running") this.#state = "idle";
            return yield { type: "turn-end", reason: "end", ...NO_USE };
        }
      }
      yield failed(abortReason(signal));
    } finally {
      over.abort();
    }
  }

  #ask(
    { question, signal, settle }: Extract<ExchangeEvent, { readonly type: "ask" }>,
    { events }: Exchange,
    supervisor: TurnSupervisor,
  ): EngineOutput {
    const asked = supervisor.ask(question, signal);
    const { approvalId } = asked.event;
    void asked.answer.then((answer) => {
      const event: PermissionResolved = { type: "permission-resolved", approvalId, outcome: answer.outcome };
      // Proof for the cast: the reader of this queue is the loop above.
      (events as { push(told: SessionEvent): void }).push({ type: "resolved", event });
      settle(answer);
    });
    return asked.event;
  }
}

/** Nobody can guess it, since it is all that tells an answer's request. */
function newEventId(): string {
  return `req_${randomBytes(12).toString("base64url")}`;
}

const TOO_LARGE = {
  kind: "payload-too-large",
  message:
    "The request is larger than a Claude Code session takes in one event (1,048,576 characters, history included). Send less.",
} as const;

function abortReason({ reason }: AbortSignal): AppError {
  return reason instanceof AppError
    ? reason
    : new AppError({ kind: "cancelled", message: "The request was cancelled." });
}

function failed(error: AppError): TurnError {
  return { type: "turn-error", error: error.info, ...NO_USE };
}
