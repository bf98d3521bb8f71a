import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

import type { LiveClaude } from "../claude-launcher.ts";
import type { ClaudeMessage, FlagSettings } from "../claude-messages.ts";
import { userMessage } from "../content/user-message.ts";
import { MessageReader, type Received } from "../message-reader.ts";
import { SessionStop } from "../session-stop.ts";
import type { ApiRoute } from "./api-route.ts";
import type { Canary } from "./canary-api.ts";

/** Without an answer by then, the process does not call where it was told to. */
const SONG_MS = 10_000;

/** A process whose output has ended is gone by then. */
const EXIT_MS = 200;

/**
 * A Claude Code process that sends the requests that it is given. Each goes as a setting, with a message of one point that stands
 * for it in the process's own history, and is forgotten when it has been answered.
 */
export class WorkerProcess {
  readonly #live: LiveClaude;
  readonly #reader: MessageReader;
  readonly #stop: SessionStop;
  readonly #deadEnd: string;
  readonly #route: ApiRoute;
  /** The id of the message that stands for the request under way. */
  #standIn: string | undefined;
  #costUsd = 0;

  /** @param deadEnd see `CanaryApi` */
  constructor(live: LiveClaude, route: ApiRoute, deadEnd: string) {
    this.#live = live;
    this.#route = route;
    this.#deadEnd = deadEnd;
    this.#reader = new MessageReader({ ...live, gate: { hasNews: false, onNews: undefined } });
    this.#stop = new SessionStop(live, this.#reader, () => false);
  }

  /** What all its requests have cost, in US dollars. */
  get costUsd(): number {
    return this.#costUsd;
  }

  /** A request has been sent, but its result has not come yet. */
  get isUnderWay(): boolean {
    return this.#reader.isResultDue;
  }

  ask(settings: FlagSettings): void {
    this.#set({ ...settings, env: { ...settings.env, ...this.#route.own } });
    this.#say();
  }

  /**
   * The client has begun to read the answer, so no other can take its place: what the process asks by itself from now on, such as
   * for the rest of an answer that has reached its limit, goes to the dead end.
   */
  askNobodyElse(): void {
    this.#set({ env: this.#route.to(this.#deadEnd) });
  }

  /**
   * After an answer that the process wants more of, or that it was to stop. Resolves with whether it has ended the request within
   * this time and has forgotten it; otherwise it has to be ended at once.
   */
  async forgetUnfinished(withinMs: number): Promise<boolean> {
    await this.#reader.drain(withinMs, (message) => this.#hear(message));
    return !this.isUnderWay && (await this.forget());
  }

  async next(signal: AbortSignal): Promise<Received> {
    const received = await this.#reader.next(signal, false);
    if (typeof received === "object" && !received.done) this.#hear(received.value);
    return received;
  }

  interrupt(): void {
    this.#stop.interrupt();
  }

  /** Waits a moment for what an interrupted request still says, such as its cost. */
  settle(onMessage: (message: ClaudeMessage) => void): Promise<void> {
    return this.#stop.settle((message) => {
      this.#hear(message);
      onMessage(message);
    });
  }

  /** Resolves with whether the process has forgotten the request. Only then may it be given another. */
  async forget(): Promise<boolean> {
    const standIn = this.#standIn;
    this.#standIn = undefined;
    return standIn !== undefined && (await this.#live.connection.rewind(standIn).catch(() => false));
  }

  /**
   * Whether it does send what it is given, and forgets it. The model's API is not asked.
   * @throws Error when the process ends meanwhile, which says nothing about others of its kind
   */
  async sings({ url, messages }: Canary): Promise<boolean> {
    const { connection, process } = this.#live;
    const body = JSON.stringify({ messages, system: [] });
    await connection.applySettings({ env: { CLAUDE_CODE_EXTRA_BODY: body, ...this.#route.to(url) } });
    this.#say();
    await this.#reader.drain(SONG_MS, (message) => this.#hear(message));
    if (this.isUnderWay) {
      await Promise.race([process.exited, delay(EXIT_MS)]);
      if (!process.isRunning) throw new Error("The process ended as it started.");
      return false;
    }
    await connection.applySettings({ env: { CLAUDE_CODE_EXTRA_BODY: "", ...this.#route.own } });
    return this.forget();
  }

  /** After a limit Claude Code asks the model again by itself: only its end prevents that. */
  preventContinuation(): void {
    this.#stop.preventContinuation();
  }

  close(): Promise<void> {
    return this.#stop.shutDown(this.#live.process.exited);
  }

  #set(settings: FlagSettings): void {
    // Claude Code reads all in order, so there is nothing to wait for. It rejects when the process dies, which is noticed anyway.
    this.#live.connection.applySettings(settings).catch(() => {});
  }

  #say(): void {
    const id = randomUUID();
    this.#standIn = id;
    this.#live.connection.say(userMessage(".", { id }));
    this.#reader.expectResult();
  }

  #hear(message: ClaudeMessage): void {
    if (message.type === "result") this.#costUsd = message.total_cost_usd;
  }
}
