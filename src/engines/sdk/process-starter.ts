import type { Options } from "@anthropic-ai/claude-agent-sdk";

import { AppError } from "../../core/words/app-error.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { abortable } from "../../lib/abortable.ts";
import { ClaudeProcess } from "../process/claude-process.ts";
import { OrphanSweeper } from "../process/orphan-sweeper.ts";
import { ProcessGuardian } from "../process/process-guardian.ts";

/** Even a loaded machine starts Claude Code within seconds; what takes longer does not come. */
const START_TIMEOUT_MS = 60_000;
/** What the SDK is given for a start, and the process that it has started with it. */
export interface StartingProcess {
  readonly options: Options;
  /** @throws Error before the SDK has started it */
  readonly spawned: () => ClaudeProcess;
}

/** Has the SDK start its processes through us, so that each one is known, guarded and ended. */
export class ProcessStarter {
  readonly #logger: Logger;
  readonly #guardian = new ProcessGuardian();
  readonly #sweeper: OrphanSweeper;
  /** With those that have ended and of which something may be left. */
  readonly #processes = new Set<ClaudeProcess>();

  constructor(logger: Logger) {
    this.#logger = logger;
    this.#sweeper = new OrphanSweeper(logger);
  }

  /**
   * Waits for `begin` to start a process with these options. Whatever ends the wait otherwise ends the process too.
   * @throws AppError `engine-failed`, or the signal's reason
   */
  async start<Result>(
    options: Options,
    signal: AbortSignal,
    begin: (starting: StartingProcess) => Promise<Result>,
  ): Promise<Result> {
    signal.throwIfAborted();
    let started: ClaudeProcess | undefined;
    let isGivenUp = false;
    const spawnClaudeCodeProcess: NonNullable<Options["spawnClaudeCodeProcess"]> = (request) => {
      started = this.#spawn(request);
      // The SDK may come to it only after we have given up.
      if (isGivenUp) void started.terminate(0);
      // Proof: spawn was asked for pipes, so the child has the streams that SpawnedProcess wants.
      return started.child as ReturnType<typeof spawnClaudeCodeProcess>;
    };
    const spawned = () => {
      if (!started) throw new Error("The Agent SDK has not started its process.");
      return started;
    };
    try {
      const beginning = begin({ options: { ...options, spawnClaudeCodeProcess }, spawned });
      return await abortable(beginning, AbortSignal.any([signal, AbortSignal.timeout(START_TIMEOUT_MS)]));
    } catch (error) {
      isGivenUp = true;
      void started?.terminate(0);
      signal.throwIfAborted();
      this.#logger.error("process.failed-to-start", { error, errorOutput: started?.errorOutput });
      throw startError(error);
    }
  }

  /** Ends all of them, with what they have started, and waits for it. */
  async close(): Promise<void> {
    await Promise.all([...this.#processes].map((process) => process.terminate()));
    this.#guardian.close();
  }

  #spawn(request: ConstructorParameters<typeof ClaudeProcess>[0]): ClaudeProcess {
    const claude = new ClaudeProcess(request, { guardian: this.#guardian, sweeper: this.#sweeper });
    this.#processes.add(claude);
    void claude.swept.then(() => this.#processes.delete(claude));
    return claude;
  }
}

function startError(cause: unknown): AppError {
  return new AppError(
    { kind: "engine-failed", message: "Claude Code could not be started. The server's log says why." },
    { cause },
  );
}
