import { type ChildProcess, fork } from "node:child_process";
import { constants, setPriority } from "node:os";

import type { TaskOrder, TaskReply } from "./serve-tasks.ts";
import { TaskError, TOO_LARGE, TOO_SLOW } from "./task-error.ts";

const MIB = 1024 * 1024;
/** What is kept of the last words of a process. */
const LAST_WORDS = 2_000;

/** Nothing that is done there needs a key; under Yarn's Plug'n'Play packages are found by what `NODE_OPTIONS` loads. */
function environmentOf({ versions, env }: Pick<NodeJS.Process, "versions" | "env">): Record<string, string> {
  const options = env["NODE_OPTIONS"];
  return versions["pnp"] !== undefined && options !== undefined ? { NODE_OPTIONS: options } : {};
}

/** One process that does one task at a time. It ends with a task that goes beyond its bounds, or with this process. */
export class TaskProcess<Task, Result> {
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  #settle: ((result: TaskReply<Result> | TaskError) => void) | undefined;
  #lastWords = "";
  #isGrown = false;

  /** @param onEnd - called once, when it does no more tasks */
  constructor(file: URL, maxMemoryMb: number, onEnd: () => void) {
    const child = fork(file, [String(process.pid), String(maxMemoryMb * MIB)], {
      // Flags of this process need not fit; a heap that is full before the watch sees it would end with a core dump.
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
      // What cannot be sent is seen by the end of the process.
      this.#process.send(order, () => {});
    });
  }

  /** Resolves when it has ended. */
  async close(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#ended;
  }

  /** Whether it holds so much memory already that another should do the next task. */
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

  /** A process without a task keeps nobody waiting. */
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
    // That is how V8 ends a process whose heap is full.
    if (signal === "SIGABRT") return new TaskError(TOO_LARGE);
    return new TaskError("broken", this.#lastWords);
  }
}

/** From its start on: whoever waits for a task waits anyway, the turns of others need not. */
function giveWay({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already, or the system has no priorities; it works at any.
  }
}
