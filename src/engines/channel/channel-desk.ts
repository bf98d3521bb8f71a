import { AppError } from "../../core/words/app-error.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { PermissionAnswer, PermissionQuestion } from "../../core/ports/turn-supervisor.ts";
import { schedule } from "../../lib/time.ts";
import type { ChannelReply } from "./contract.ts";
import type { EventTransport, OutgoingEvent } from "./event-transport.ts";
import { Exchange } from "./exchange.ts";
import type { HookEvent } from "./hook-event.ts";
import { permissionQuestion } from "./permission-question.ts";
import { SessionWatch } from "./session-watch.ts";
import { failureOfStop } from "./stop-failure.ts";

export interface ChannelDeskParts {
  readonly transport: () => EventTransport | undefined;
  /** How long Claude may take for one event, from when it was sent. */
  readonly timeoutMs: number;
  /** The session that Claude Code has told this process. */
  readonly session: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long the end of Claude's turn is waited for when its answer is complete: a person may stop it, and no hook tells. */
const SETTLE_MS = 60_000;
/** The same where no hooks tell of the end, for a transport whose events do not wait for a turn of their own. */
const BLIND_SETTLE_MS = 1_500;
/** How often it is looked whether the person's turn is over. */
const PERSON_POLL_MS = 200;

/**
 * Where requests and the one conversation of the session meet. Events go out one at a time, in the order of their arrival: the next
 * one only when Claude has answered and its turn is over, since an event that comes in the middle of a turn would be taken for
 * something to know instead of something to answer.
 */
export class ChannelDesk {
  readonly #parts: ChannelDeskParts;
  readonly #watch: SessionWatch;
  readonly #waiting: Exchange[] = [];
  readonly #closed = new AbortController();
  #current: Exchange | undefined;
  #timer: { cancel(): void } | undefined;
  /** Events that were neither answered nor seen by a hook, one after the other. */
  #unseen = 0;

  constructor(parts: ChannelDeskParts) {
    this.#parts = parts;
    this.#watch = new SessionWatch(parts.session, parts.clock);
  }

  /** Whether hooks of the session have been heard. */
  get hearsHooks(): boolean {
    return this.#watch.isHeard;
  }

  /** Changes when Claude has forgotten what it was told. */
  get memory(): number {
    return this.#watch.memory;
  }

  /** Whether an event is at work, or its turn not over. */
  get isBusy(): boolean {
    return this.#current !== undefined;
  }

  /** Whether the last events have vanished: no answer and no hook has told of them. */
  get losesEvents(): boolean {
    return this.#unseen > 0;
  }

  /** Queues an event. When the signal aborts, nobody waits for its answer any more. */
  send(event: OutgoingEvent, signal: AbortSignal): Exchange {
    const exchange = new Exchange(event);
    if (this.#closed.signal.aborted) {
      exchange.state = "over";
      exchange.finish({ type: "failed", error: GONE });
      return exchange;
    }
    signal.addEventListener("abort", () => this.#leave(exchange), { once: true });
    this.#waiting.push(exchange);
    this.#next();
    return exchange;
  }

  /** `unknown`: no request has this id. `left`: nobody waits for its answer any more. */
  reply({ requestId, text, isDone }: ChannelReply): "taken" | "left" | "unknown" {
    const exchange = this.#current;
    if (exchange?.event.requestId !== requestId) return "unknown";
    this.#unseen = 0;
    if (exchange.state !== "open") {
      if (exchange.state === "left" && isDone) this.#settle(exchange);
      return exchange.state === "left" ? "left" : "unknown";
    }
    exchange.say(text);
    if (isDone) this.#answer(exchange);
    return "taken";
  }

  /** Resolves with what the hook is answered: nothing, or the decision on a permission. */
  async hear(hook: HookEvent, signal: AbortSignal): Promise<PermissionAnswer | undefined> {
    const exchange = this.#current;
    const isOurs = this.#watch.hear(hook, exchange);
    if (!exchange || !isOurs) {
      if (exchange && hook.type === "stop" && this.#watch.isOfSession(hook)) this.#stopElsewhere(exchange);
      return undefined;
    }
    this.#unseen = 0;
    switch (hook.type) {
      case "prompt":
        exchange.events.push({ type: "progress" });
        return undefined;
      case "display":
        exchange.show(hook.messageId, hook.text);
        return undefined;
      case "permission":
        return this.ask(permissionQuestion(hook.toolName, hook.input), signal);
      case "stop":
        if (exchange.state === "open" && !exchange.hasText) exchange.say(hook.lastText || exchange.shown);
        if (exchange.state === "open") exchange.finish({ type: "end" });
        return this.#release(exchange);
      case "session-end":
        return undefined;
      case "stop-failure":
        this.#parts.logger.error("channel.turn-failed", { error: hook.error, details: hook.details });
        if (exchange.isWanted)
          exchange.finish({ type: "failed", error: failureOfStop(hook.error, hook.details) });
        return this.#release(exchange);
    }
  }

  /**
   * The prompt of the event under way, when a call that Claude Code relays must be one of it: a hook has told that the turn is the
   * event's, a person at the session has begun none, and no hook asks about the same call.
   */
  get relayedPrompt(): string | undefined {
    const { hasPersonBegun, asksByHook } = this.#watch;
    return hasPersonBegun || asksByHook ? undefined : this.#current?.prompt;
  }

  /** Asks those who may approve about a call in the turn of the event under way; undefined when there is nobody to ask. */
  async ask(question: PermissionQuestion, signal: AbortSignal): Promise<PermissionAnswer | undefined> {
    const exchange = this.#current;
    if (exchange?.state !== "open") return undefined;
    return exchange.ask(question, signal);
  }

  /** Claude Code is gone: everything fails from now on. */
  close(): void {
    this.#closed.abort(GONE);
    this.failAll();
  }

  /** Everything that waits now fails. */
  failAll(): void {
    const all = [...(this.#current ? [this.#current] : []), ...this.#waiting.splice(0)];
    for (const exchange of all) {
      if (exchange.isWanted) exchange.finish({ type: "failed", error: GONE });
      exchange.state = "over";
    }
    this.#timer?.cancel();
    this.#current = undefined;
  }

  #next(): void {
    if (this.#current) return;
    const [exchange] = this.#waiting.splice(0, 1);
    if (!exchange) return;
    this.#current = exchange;
    void this.#push(exchange);
  }

  async #push(exchange: Exchange): Promise<void> {
    const transport = this.#parts.transport();
    try {
      if (!transport) throw new Error("There is no way for events into the session.");
      while (!transport.waitsForItsTurn && this.#watch.isPersonAtWork && exchange.state === "waiting") {
        await this.#pause(PERSON_POLL_MS);
      }
      if (exchange.state !== "waiting") return;
      exchange.state = "open";
      this.#setTimer(this.#parts.timeoutMs, () => this.#expire(exchange));
      await transport.send(exchange.event, this.#closed.signal);
      this.#parts.logger.debug("channel.event-sent", {
        requestId: exchange.event.requestId,
        transport: transport.name,
      });
    } catch (error) {
      if (this.#closed.signal.aborted) return;
      this.#parts.logger.error("channel.event-not-sent", { error });
      const message =
        "The request could not be handed to the Claude Code session. The server's log says why.";
      if (exchange.isWanted) {
        exchange.finish({ type: "failed", error: new AppError({ kind: "engine-failed", message }) });
      }
      this.#release(exchange);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void schedule(ms, resolve));
  }

  /** The answer is complete; the next event has to wait for the end of the turn. */
  #answer(exchange: Exchange): void {
    exchange.finish({ type: "end" });
    exchange.state = "answered";
    this.#settle(exchange);
  }

  #settle(exchange: Exchange): void {
    const isPatient = this.#parts.transport()?.waitsForItsTurn === true;
    // A hook that has told of this prompt will tell of its end, too.
    const waitMs = exchange.prompt !== undefined ? SETTLE_MS : isPatient ? 0 : BLIND_SETTLE_MS;
    if (waitMs === 0) this.#release(exchange);
    else this.#setTimer(waitMs, () => this.#release(exchange));
  }

  /** The client has left: what is not sent need not be, and what Claude works on cannot be taken back. */
  #leave(exchange: Exchange): void {
    if (!exchange.isWanted) return;
    const wasSent = exchange.state === "open";
    exchange.finish({ type: "failed", error: CANCELLED });
    exchange.state = "left";
    if (wasSent) return;
    const index = this.#waiting.indexOf(exchange);
    if (index >= 0) this.#waiting.splice(index, 1);
    else this.#release(exchange);
  }

  #expire(exchange: Exchange): undefined {
    const isSeen = exchange.prompt !== undefined || exchange.hasText;
    if (!isSeen) this.#unseen += 1;
    const seconds = this.#parts.timeoutMs / 1000;
    const message = `Claude has not answered within ${seconds} seconds.`;
    if (exchange.isWanted)
      exchange.finish({ type: "failed", error: new AppError({ kind: "timeout", message }) });
    this.#parts.logger.error("channel.timeout", { requestId: exchange.event.requestId, isSeen });
    // Claude is at work on it still: another event would come in the middle of that turn, and be lost as well.
    const isAtWork = exchange.prompt !== undefined && this.#parts.transport()?.waitsForItsTurn === false;
    if (!isAtWork) return this.#release(exchange);
    exchange.state = "left";
    this.#setTimer(this.#parts.timeoutMs, () => this.#release(exchange));
  }

  /** A turn of somebody else has ended while an event was at work: then its own turn is over, and nothing more will come. */
  #stopElsewhere(exchange: Exchange): void {
    if (exchange.prompt === undefined) return;
    if (exchange.state === "open" && exchange.hasText) exchange.finish({ type: "end" });
    else if (exchange.state === "open") {
      const message = "The turn was taken over at the Claude Code session before it was answered.";
      exchange.finish({ type: "failed", error: new AppError({ kind: "engine-failed", message }) });
    }
    this.#release(exchange);
  }

  #release(exchange: Exchange): undefined {
    exchange.state = "over";
    if (this.#current !== exchange) return;
    this.#timer?.cancel();
    this.#current = undefined;
    this.#next();
  }

  #setTimer(ms: number, task: () => void): void {
    this.#timer?.cancel();
    this.#timer = schedule(ms, task);
  }
}

const GONE = new AppError({
  kind: "shutting-down",
  message: "The Claude Code session that answers has ended.",
});
const CANCELLED = new AppError({ kind: "cancelled", message: "The request was cancelled." });
