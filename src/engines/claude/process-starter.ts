import { AppError } from "../../core/words/app-error.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { abortable } from "../../lib/abortable.ts";
import { ClaudeProcess, type SpawnRequest } from "../process/claude-process.ts";
import { OrphanSweeper } from "../process/orphan-sweeper.ts";
import { ProcessGuardian } from "../process/process-guardian.ts";

/** Even on a loaded machine Claude Code starts within seconds; a process that takes longer will not come. */
const START_TIMEOUT_MS = 60_000;

/** Starts processes and makes sure that each one is known, guarded and ended. */
export class ProcessStarter {
  readonly #logger: Logger;
  readonly #guardian = new ProcessGuardian();
  readonly #sweeper: OrphanSweeper;
  /** Includes processes that have ended but may have left something behind. */
  readonly #processes = new Set<ClaudeProcess>();

  constructor(logger: Logger) {
    this.#logger = logger;
    this.#sweeper = new OrphanSweeper(logger);
  }

  /**
   * Waits for `begin` to start a process and make it ready. If the wait ends in any other way, the process is ended too.
   * @throws AppError `engine-failed`, or the signal's reason
   */
  async start<Result>(
    signal: AbortSignal,
    begin: (spawn: (request: SpawnRequest) => ClaudeProcess) => Promise<Result>,
  ): Promise<Result> {
    signal.throwIfAborted();
    let started: ClaudeProcess | undefined;
    let isGivenUp = false;
    const spawn = (request: SpawnRequest) => {
      started = this.#spawn(request);
      // The process may start only after we have given up.
      if (isGivenUp) void started.terminate(0);
      return started;
    };
    try {
      return await abortable(begin(spawn), AbortSignal.any([signal, AbortSignal.timeout(START_TIMEOUT_MS)]));
    } catch (error) {
      isGivenUp = true;
      void started?.terminate(0);
      signal.throwIfAborted();
      this.#logger.error("process.failed-to-start", { error, errorOutput: started?.errorOutput });
      throw startError(error);
    }
  }

  /** Ends all processes, with everything that they have started, and waits until they are gone. */
  async close(): Promise<void> {
    await Promise.all([...this.#processes].map((process) => process.terminate()));
    this.#guardian.close();
  }

  #spawn(request: SpawnRequest): ClaudeProcess {
    const claude = new ClaudeProcess(request, { guardian: this.#guardian, sweeper: this.#sweeper });
    this.#processes.add(claude);
    void claude.swept.then(() => this.#processes.delete(claude));
    return claude;
  }
}

/** What a client is told of a process that did not come up, whatever it died of. */
export function startError(cause: unknown): AppError {
  return new AppError(
    { kind: "engine-failed", message: "Claude Code could not be started. The server's log says why." },
    { cause },
  );
}
