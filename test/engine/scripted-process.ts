import type { ProcessExit } from "../../src/core/ports/engine-session.ts";

/** What stands for a Claude Code process: it lives until it is closed or killed, and says how it went. */
export class ScriptedProcess {
  readonly processId: number | undefined;
  readonly exited: Promise<ProcessExit>;
  readonly #exit: (exit: ProcessExit) => void;
  #ended: ProcessExit | undefined;

  constructor(processId: number | undefined) {
    this.processId = processId;
    const { promise, resolve } = Promise.withResolvers<ProcessExit>();
    this.exited = promise;
    this.#exit = resolve;
  }

  get isRunning(): boolean {
    return this.#ended === undefined;
  }

  /** How it ended: by itself or from outside. */
  get ended(): "closed" | "killed" | undefined {
    return this.#ended && (this.#ended.code === 0 ? "closed" : "killed");
  }

  close(): Promise<void> {
    this.#end({ code: 0, signal: null });
    return Promise.resolve();
  }

  /** As `kill -9` from outside. */
  kill(): void {
    this.#end({ code: null, signal: "SIGKILL" });
  }

  #end(exit: ProcessExit): void {
    this.#ended ??= exit;
    this.#exit(this.#ended);
  }
}
