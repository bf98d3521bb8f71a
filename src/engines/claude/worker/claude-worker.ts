import {
  ClaimRefused,
  type EngineSession,
  type KeptHistory,
  type TurnInput,
} from "../../../core/ports/engine-session.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { TurnSupervisor } from "../../../core/ports/turn-supervisor.ts";
import { abortReason } from "../../../core/turn/turn-failure.ts";
import { AppError } from "../../../core/words/app-error.ts";
import { newSessionId } from "../../../core/words/ids.ts";
import type { EngineOutput } from "../../../core/words/turn-event.ts";
import { CRASH } from "../told-of-turns.ts";
import type { Canary } from "./canary-api.ts";
import { WorkerProcess } from "./worker-process.ts";
import { WorkerTurn, type WorkerTurnParts } from "./worker-turn.ts";

export interface ClaudeWorkerParts extends WorkerTurnParts {
  /** See `CanaryApi`. */
  readonly deadEnd: string;
}

/** A process grows with the turns that it has made: it takes about half as much again after a hundred. */
const MAX_TURNS = 200;
/** By then Claude Code has read what it was told while an answer streams. */
const HEEDED_MS = 250;
/** By then it has been refused, if it has called the dead end, even on a loaded machine. */
const DEAD_END_MS = 3_000;
/** By then a process that was interrupted says so, even on a loaded machine. */
const STOPPED_MS = 3_000;

/**
 * A live Claude Code process that holds no conversation. With each turn it is given the whole request to the model, which it sends
 * in place of its own, and after the turn it forgets what it was told. What it holds is then nothing but a stand-in.
 */
export class ClaudeWorker implements EngineSession {
  readonly id = newSessionId();
  readonly exited: EngineSession["exited"];
  readonly openCallIds = [];
  readonly #parts: ClaudeWorkerParts;
  readonly #process: WorkerProcess;
  readonly #logger: Logger;
  #state: "idle" | "running" | "spent" = "idle";
  #turns = 0;
  /** Whether the process has forgotten its last turn. */
  #hasForgotten: Promise<boolean> = Promise.resolve(true);
  #givenHistory: KeptHistory | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: ClaudeWorkerParts) {
    this.#logger = parts.logger.child({ sessionId: this.id, processId: parts.process.processId });
    this.#parts = { ...parts, logger: this.#logger };
    this.#process = new WorkerProcess(parts, parts.route, parts.deadEnd);
    this.exited = parts.process.exited;
  }

  get processId(): number | undefined {
    return this.#parts.process.processId;
  }

  get canContinue(): boolean {
    return this.#state === "idle" && this.#parts.process.isRunning && this.#turns < MAX_TURNS;
  }

  get givenHistory(): KeptHistory | undefined {
    return this.#givenHistory;
  }

  /** See `WorkerProcess.sings`. */
  sings(canary: Canary): Promise<boolean> {
    return this.#process.sings(canary);
  }

  canTake(): boolean {
    return true;
  }

  async *runTurn(
    input: TurnInput,
    supervisor: TurnSupervisor,
    signal: AbortSignal,
  ): AsyncIterable<EngineOutput> {
    // An answer is given only when it is certain that nothing of the turn before is left.
    if (!(await this.#hasForgotten))
      throw new ClaimRefused("The worker did not forget its last turn.", false);
    if (this.#state !== "idle") throw new Error(`A worker that is ${this.#state} cannot run a turn.`);
    this.#state = "running";
    this.#turns += 1;
    this.#givenHistory = undefined;
    const stop = () => this.#process.interrupt();
    signal.addEventListener("abort", stop, { once: true });
    const turn = new WorkerTurn(this.#parts, this.#process, input, signal);
    try {
      yield* turn.run(supervisor, () => this.#conclude(turn));
    } catch (error) {
      if (error instanceof ClaimRefused) throw error;
      // Its process had ended before: nothing has reached the model's API.
      if (!turn.isAsked && !signal.aborted && !this.#parts.process.isRunning) {
        throw new ClaimRefused("The worker's process had ended.", false, { cause: error });
      }
      const known = signal.aborted
        ? abortReason(signal).info
        : error instanceof AppError
          ? error.info
          : undefined;
      if (!known) {
        const { errorOutput } = this.#parts.process;
        this.#logger.error("session.failed", { error, errorOutput });
      }
      yield* turn.fail(known ?? CRASH);
    } finally {
      signal.removeEventListener("abort", stop);
      if (this.#state === "running") {
        // Nothing was sent: it is as it was.
        this.#state = turn.isAsked || this.#process.isUnderWay ? "spent" : "idle";
        if (this.#process.isUnderWay) this.#process.interrupt();
      }
    }
  }

  close(): Promise<void> {
    this.#state = "spent";
    return (this.#closing ??= this.#process.close());
  }

  /** Before the client hears of the end, so that the worker can be lent again. */
  #conclude(turn: WorkerTurn): void {
    const { isUnfinished, isInterrupted, asksNobodyElseSince = Number.POSITIVE_INFINITY } = turn;
    this.#givenHistory = turn.givenHistory;
    // After a limit Claude Code asks the model again by itself. Only its end prevents that, where it may not heed yet.
    if (isUnfinished && !isInterrupted && this.#parts.clock() - asksNobodyElseSince < HEEDED_MS) {
      this.#state = "spent";
      this.#process.preventContinuation();
      return;
    }
    this.#parts.process.valve.open();
    this.#state = "idle";
    this.#hasForgotten = isUnfinished
      ? this.#process.forgetUnfinished(isInterrupted ? STOPPED_MS : DEAD_END_MS)
      : this.#process.forget();
    void this.#hasForgotten.then(async (hasForgotten) => {
      if (hasForgotten) return;
      if (isUnfinished) this.#process.preventContinuation();
      await this.close();
    });
  }
}
