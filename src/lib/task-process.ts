import { type ChildProcess, fork } from "node:child_process";
import { constants, setPriority } from "node:os";

import type { TaskOrder, TaskReply } from "./serve-tasks.ts";
import { TaskError, TOO_LARGE, TOO_SLOW } from "./task-error.ts";

const MIB = 1024 * 1024;
/** How much of a process's last error output is kept. */
const LAST_WORDS = 2_000;

/**
 * Only this variable, since the tasks need no keys: under Yarn's Plug'n'Play, packages are found through what `NODE_OPTIONS`
 * loads.
 */
function environmentOf({ versions, env }: Pick<NodeJS.Process, "versions" | "env">): Record<string, string> {
  const options = env["NODE_OPTIONS"];
  return versions["pnp"] !== undefined && options !== undefined ? { NODE_OPTIONS: options } : {};
}

/** A process that runs one task at a time. It is killed when a task exceeds its limits, and ends with the parent process. */
export class TaskProcess<Task, Result> {
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  #settle: ((result: TaskReply<Result> | TaskError) => void) | undefined;
  #lastWords = "";
  #isGrown = false;

  /** @param onEnd - called once, when the process takes no more tasks */
  constructor(file: URL, maxMemoryMb: number, onEnd: () => void) {
    const child = fork(file, [String(process.pid), String(maxMemoryMb * MIB)], {
      // Flags of this process may not suit. The heap limit is twice the watch's: a heap that filled up before the watch saw it
      // would end the process with a core dump.
      execArgv: [`--max-old-space-size=${2 * maxMemoryMb}`],
      env: environmentOf(process),
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#process = child;
    giveWay(child);
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString("latin1")).slice(-LAST_WORDS);
    });
    child.on("message", (reply: TaskReply<Result>) => this.#finish(reply));
    this.#ended = new Promise((resolve) => {
      const end = (error: TaskError) => {
        onEnd();
        this.#finish(error);
        resolve();
      };
      child.once("close", (_code, signal) => end(this.#errorOf(signal)));
      child.once("error", (error) => end(new TaskError("broken", error)));
    });
    this.#rest();
  }

  /** @throws TaskError */
  run(order: TaskOrder<Task>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#settle = (reply) => {
        if (reply instanceof TaskError) reject(reply);
        else if ("result" in reply) resolve(reply.result);
        else reject(new TaskError("broken", reply.failure));
      };
      this.#process.ref();
      this.#process.channel?.ref();
      // A failed send shows in the end of the process.
      this.#process.send(order, () => {});
    });
  }

  /** Resolves when the process has ended. */
  async close(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#ended;
  }

  /** Whether the process holds so much memory that another one should run the next task. */
  get isGrown(): boolean {
    return this.#isGrown;
  }

  #finish(reply: TaskReply<Result> | TaskError): void {
    if ("isGrown" in reply) this.#isGrown = reply.isGrown;
    const settle = this.#settle;
    this.#settle = undefined;
    this.#rest();
    settle?.(reply);
  }

  /** An idle process does not keep this one alive. */
  #rest(): void {
    this.#process.unref();
    this.#process.channel?.unref();
    const { stderr } = this.#process;
    if (stderr && "unref" in stderr && typeof stderr.unref === "function") stderr.unref();
  }

  #errorOf(signal: NodeJS.Signals | null): TaskError {
    for (const failure of [TOO_SLOW, TOO_LARGE] as const) {
      if (this.#lastWords.endsWith(failure)) return new TaskError(failure);
    }
    // V8 aborts a process whose heap is full.
    if (signal === "SIGABRT") return new TaskError(TOO_LARGE);
    return new TaskError("broken", this.#lastWords);
  }
}

/** Lowers the priority from the start: whoever waits for a task waits anyway, but the turns of others should not. */
function giveWay({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // The process has ended already, or the system has no priorities; the task runs at any priority.
  }
}
