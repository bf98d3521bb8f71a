import { isLoopHeld } from "../../lib/is-loop-held.ts";
import { delay, nextTick } from "../../lib/time.ts";
import type { OutputValve } from "../process/output-valve.ts";
import type { ClaudeConnection } from "./claude-connection.ts";
import type { ClaudeMessage } from "./claude-messages.ts";

/** Where something may happen while the process is silent. */
export interface NewsDesk {
  readonly hasNews: boolean;
  onNews: (() => void) | undefined;
}

/** `news`: something happened at the gate. */
export type Received = IteratorResult<ClaudeMessage, void> | "aborted" | "news";

/** What the reader needs of the process that it reads. */
interface ReadProcess {
  readonly valve: Pick<OutputValve, "isFull" | "open" | "beginWait" | "endWait">;
  readonly exited: Promise<unknown>;
}

/** Reads what one Claude Code process says, and knows whether the process owes a result. */
export class MessageReader {
  readonly #connection: Pick<ClaudeConnection, "next">;
  readonly #process: ReadProcess;
  readonly #gate: NewsDesk;
  #pending: Promise<IteratorResult<ClaudeMessage, void>> | undefined;
  #isResultDue = false;
  /** The signal that is listened to, once for all messages until the result. */
  #signal: AbortSignal | undefined;
  /** Noted, since to ask a signal made of others takes time for each message. */
  #isAborted = false;
  /** Ends the wait for a message. */
  #endWait: ((received: Received) => void) | undefined;

  constructor(parts: {
    readonly connection: Pick<ClaudeConnection, "next">;
    readonly process: ReadProcess;
    readonly gate: NewsDesk;
  }) {
    this.#connection = parts.connection;
    this.#process = parts.process;
    this.#gate = parts.gate;
  }

  /** A message has been sent, but its result has not come yet. */
  get isResultDue(): boolean {
    return this.#isResultDue;
  }

  expectResult(): void {
    this.#isResultDue = true;
  }

  /**
   * The next message, or `aborted` as soon as the signal aborts, even when Claude Code stays silent. News of the gate is reported
   * only where it does not cut into what the model says.
   */
  async next(signal: AbortSignal, mayTellNews: boolean): Promise<Received> {
    this.#listenTo(signal);
    if (this.#isAborted) return "aborted";
    if (mayTellNews && this.#gate.hasNews) return "news";
    const pending = (this.#pending ??= this.#connection.next());
    const { valve } = this.#process;
    if (valve.isFull && !(await settlesSoon(pending))) valve.open();
    // Where messages come faster than they are passed on.
    if (isLoopHeld()) await nextTick();
    // Meanwhile.
    if (this.#isAborted) return "aborted";
    valve.beginWait();
    return new Promise<Received>((resolve, reject) => {
      const endWait = () => {
        this.#gate.onNews = undefined;
        this.#endWait = undefined;
        valve.endWait();
      };
      this.#endWait = (received) => {
        endWait();
        resolve(received);
      };
      if (mayTellNews) this.#gate.onNews = () => this.#endWait?.("news");
      pending.then(
        (result) => {
          const taken = this.#take(result);
          this.#endWait?.(taken);
        },
        (error: unknown) => {
          if (this.#endWait) endWait();
          reject(error);
        },
      );
    });
  }

  #listenTo(signal: AbortSignal | undefined): void {
    if (this.#signal === signal) return;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#signal = signal;
    this.#isAborted = signal?.aborted ?? false;
    signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  readonly #onAbort = () => {
    this.#isAborted = true;
    this.#endWait?.("aborted");
  };

  /** Reads until the result that is due has come. Gives up after `limitMs`, or when the process is gone. Never rejects. */
  async drain(limitMs: number, onMessage: (message: ClaudeMessage) => void): Promise<void> {
    const timer = new AbortController();
    const late = delay(limitMs, timer.signal).catch(() => {});
    const isOver = Promise.race([this.#process.exited, late]).then(() => undefined);
    try {
      while (this.#isResultDue) {
        const received = await Promise.race([(this.#pending ??= this.#connection.next()), isOver]);
        if (!received || this.#take(received).done) return;
        if (received.value) onMessage(received.value);
      }
    } catch {
      // The process died meanwhile, which also ends the wait.
    } finally {
      timer.abort();
    }
  }

  #take(received: IteratorResult<ClaudeMessage, void>): IteratorResult<ClaudeMessage, void> {
    this.#pending = undefined;
    if (received.done || received.value.type === "result") this.#listenTo(undefined);
    if (!received.done && received.value.type === "result") this.#isResultDue = false;
    return received;
  }
}

async function settlesSoon(promise: Promise<unknown>): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  return Promise.race([settled, nextTick().then(() => false)]);
}
