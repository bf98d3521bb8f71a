import type { EngineSession } from "../core/ports/engine-session.ts";
import type { Logger } from "../core/ports/logger.ts";
import { AppError } from "../core/words/app-error.ts";
import { Semaphore } from "../lib/semaphore.ts";

/** Starts and ends of processes: a few start at a time, and all that are ending are waited for. */
export class SessionProcesses {
  readonly spawns: Semaphore;
  readonly #logger: Logger;
  readonly #closing = new Set<Promise<void>>();
  readonly #closed = new AbortController();
  #starting = 0;
  #closedCount = 0;

  constructor(maxSpawnsAtOnce: number, logger: Logger) {
    this.spawns = new Semaphore(maxSpawnsAtOnce);
    this.#logger = logger;
  }

  /** How many are starting, or wait to. */
  get starting(): number {
    return this.#starting;
  }

  /** How many the server has ended so far. */
  get closedCount(): number {
    return this.#closedCount;
  }

  /** Starts a process when it is its turn. Rejects with the signal's reason, or when the server shuts down. */
  async start(
    begin: (signal: AbortSignal) => Promise<EngineSession>,
    signal?: AbortSignal,
  ): Promise<EngineSession> {
    this.#starting += 1;
    const closed = this.#closed.signal;
    const ending = signal ? AbortSignal.any([signal, closed]) : closed;
    try {
      const release = await this.spawns.acquire(ending);
      const session = await begin(ending).finally(release);
      if (!ending.aborted) return session;
      // It has started, but nobody wants it any more.
      await session.close();
      throw ending.reason;
    } finally {
      this.#starting -= 1;
    }
  }

  /** Resolves when it has ended. Never rejects. */
  end(session: EngineSession, why: string): Promise<void> {
    this.#closedCount += 1;
    this.#logger.debug("session.closing", { sessionId: session.id, why });
    const closing = session
      .close()
      .catch((error: unknown) => this.#logger.error("session.failed-to-close", { error }))
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    return closing;
  }

  /** From now on nothing starts. */
  stop(): void {
    this.#closed.abort(new AppError({ kind: "shutting-down", message: "The server is shutting down." }));
  }

  async ended(): Promise<void> {
    await Promise.all(this.#closing);
  }
}
