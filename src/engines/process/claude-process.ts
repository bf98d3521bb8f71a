import { type ChildProcess, spawn } from "node:child_process";

import type { ProcessExit } from "../../core/ports/engine.ts";
import { schedule } from "../../lib/time.ts";
import type { OrphanSweeper } from "./orphan-sweeper.ts";
import { OutputValve } from "./output-valve.ts";
import type { ProcessGuardian } from "./process-guardian.ts";
import { MARKER_VARIABLE, newProcessMarker } from "./process-marker.ts";

export interface SpawnRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Who see to it that nothing of a process is left, whatever ends it. */
export interface ProcessKeepers {
  /** When this server is killed. */
  readonly guardian: ProcessGuardian;
  /** When the process itself has ended. */
  readonly sweeper: OrphanSweeper;
}

/** How long a process that was asked to end may take over it. */
const TERMINATE_GRACE_MS = 2_000;
const STDERR_TAIL_CHARACTERS = 4_000;

/** One Claude Code process: its start, its end, and the back-pressure on its output. */
export class ClaudeProcess {
  readonly child: ChildProcess;
  /** What it was started with. */
  readonly environment: SpawnRequest["env"];
  readonly valve: OutputValve;
  /** Settles when the process is gone or could not start. Never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** Settles when what it has started is gone as well. Never rejects. */
  readonly swept: Promise<void>;
  #errorOutput = "";

  constructor(request: SpawnRequest, { guardian, sweeper }: ProcessKeepers) {
    const marker = newProcessMarker();
    this.environment = request.env;
    this.child = spawn(request.command, [...request.args], {
      cwd: request.cwd,
      env: { ...request.env, [MARKER_VARIABLE]: marker },
      stdio: ["pipe", "pipe", "pipe"],
      // Leads its own group: Ctrl-C in the server's terminal must not end turns that may still finish, and what Claude Code
      // starts can be ended with it.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    // The SDK listens for the exit once per message that it writes.
    this.child.setMaxListeners(0);
    this.valve = new OutputValve(this.child);
    this.exited = new Promise((resolve) => {
      this.child.once("error", () => resolve({ code: null, signal: null }));
      this.child.once("exit", (code, signal) => resolve({ code, signal }));
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errorOutput = (this.#errorOutput + text).slice(-STDERR_TAIL_CHARACTERS);
    });
    const { pid } = this.child;
    if (pid === undefined) {
      this.swept = this.exited.then(() => {});
      return;
    }
    guardian.watch(pid, marker);
    this.swept = this.exited.then(async () => {
      guardian.release(pid);
      await sweeper.sweep(marker);
      guardian.forget(marker);
    });
  }

  get processId(): number | undefined {
    return this.child.pid;
  }

  get isRunning(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The end of what it wrote to stderr; for the log only. */
  get errorOutput(): string {
    return this.#errorOutput;
  }

  /** Asks the process to end (SIGTERM) and kills it after `graceMs`. Resolves when nothing of it is left. */
  async terminate(graceMs = TERMINATE_GRACE_MS): Promise<void> {
    if (this.isRunning) {
      this.valve.release();
      this.child.kill("SIGTERM");
      const force = schedule(graceMs, () => this.kill());
      await this.exited;
      force.cancel();
    }
    await this.swept;
  }

  /** Ends the process and its group at once. */
  kill(): void {
    const { pid } = this.child;
    if (pid === undefined || !this.isRunning) return;
    try {
      if (process.platform === "win32") this.child.kill("SIGKILL");
      else process.kill(-pid, "SIGKILL");
    } catch {
      // ESRCH: it ended between the look and the kill.
    }
  }
}
