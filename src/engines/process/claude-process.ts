import { type ChildProcess, spawn } from "node:child_process";

import type { ProcessExit } from "../../core/ports/engine-session.ts";
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

/** Make sure that nothing of a process is left, however it ends. */
export interface ProcessKeepers {
  /** Acts when this server is killed. */
  readonly guardian: ProcessGuardian;
  /** Acts when the process itself has ended. */
  readonly sweeper: OrphanSweeper;
}

/** How long a process may take to end after it was asked to. */
const TERMINATE_GRACE_MS = 2_000;
const STDERR_TAIL_CHARACTERS = 4_000;

/** One Claude Code process: its start, its end, and back-pressure on its output. */
export class ClaudeProcess {
  readonly child: ChildProcess;
  /** The environment that it was started with. */
  readonly environment: SpawnRequest["env"];
  readonly valve: OutputValve;
  /** Settles when the process has ended or could not start. Never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** Settles when everything it started has ended as well. Never rejects. */
  readonly swept: Promise<void>;
  #errorOutput = "";

  constructor(request: SpawnRequest, { guardian, sweeper }: ProcessKeepers) {
    const marker = newProcessMarker();
    this.environment = request.env;
    this.child = spawn(request.command, [...request.args], {
      cwd: request.cwd,
      env: { ...request.env, [MARKER_VARIABLE]: marker },
      stdio: ["pipe", "pipe", "pipe"],
      // It leads its own process group: Ctrl-C in the server's terminal must not end turns that may still finish, and what
      // Claude Code starts can be ended together with it.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    // The SDK adds an exit listener for every message that it writes.
    this.child.setMaxListeners(0);
    this.valve = new OutputValve(this.child);
    this.exited = new Promise((resolve) => {
      this.child.once("error", (error) => {
        // Such as that its program is gone: nobody else says so.
        this.#errorOutput += error.message;
        resolve({ code: null, signal: null });
      });
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

  /** The end of its stderr output; for the log only. */
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

  /** Kills the process and its group at once. */
  kill(): void {
    const { pid } = this.child;
    if (pid === undefined || !this.isRunning) return;
    try {
      if (process.platform === "win32") this.child.kill("SIGKILL");
      else process.kill(-pid, "SIGKILL");
    } catch {
      // ESRCH: it ended between the check and the kill.
    }
  }
}
