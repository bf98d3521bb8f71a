import { Worker } from "node:worker_threads";

import { FairQueue } from "./fair-queue.ts";
import type { TaskReply } from "./serve-tasks.ts";
import { TaskError } from "./task-error.ts";
import { limitThreadTime } from "./thread-time.ts";
import { schedule } from "./time.ts";

export interface TaskThreadsOptions {
  /** What each thread runs; it calls `serveTasks`. */
  readonly file: URL;
  readonly maxThreads: number;
  /** What one thread may keep in memory. */
  readonly maxHeapMb: number;
  /** How many tasks of one client may wait. */
  readonly maxWaiting: number;
}

export interface TaskTerms {
  /** Each client has one task done at a time, so that none keeps the threads from the others. */
  readonly client: string;
  /** How much of the processor's time the task may use. A thread that takes more is ended. */
  readonly limitMs: number;
  /** Handed over to the thread instead of copied. */
  readonly transfer?: readonly ArrayBuffer[];
}

interface Job<Task, Result> {
  readonly task: Task;
  readonly terms: TaskTerms;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** More than one thread is kept no longer than this without work. */
const IDLE_MS = 60_000;

/** Work that would hold up everything else, done in threads. A task that does not come to its end costs its thread, nothing else. */
export class TaskThreads<Task, Result> {
  readonly #options: TaskThreadsOptions;
  readonly #queue = new FairQueue<Job<Task, Result>>();
  readonly #threads = new Set<Worker>();
  readonly #idle: { readonly thread: Worker; readonly end: { cancel(): void } }[] = [];
  readonly #busyClients = new Set<string>();
  #isClosed = false;

  constructor(options: TaskThreadsOptions) {
    this.#options = options;
  }

  /** Starts a thread, so that the first task need not wait for it. */
  warm(): void {
    if (this.#threads.size === 0 && !this.#isClosed) this.#rest(this.#startThread());
  }

  /** @throws TaskError, or the signal's reason when it aborts first */
  run(task: Task, terms: TaskTerms, signal: AbortSignal): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (this.#isClosed) return reject(new TaskError("closed"));
      const { client } = terms;
      if (this.#queue.countOf(client) >= this.#options.maxWaiting) return reject(new TaskError("refused"));
      const onAbort = () => {
        // One that is being done is done to its end: its client may not begin another meanwhile.
        this.#queue.remove(client, job);
        reject(signal.reason);
      };
      const leave = () => signal.removeEventListener("abort", onAbort);
      const job: Job<Task, Result> = {
        task,
        terms,
        resolve: (result) => (leave(), resolve(result)),
        reject: (error) => (leave(), reject(error)),
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#queue.add(client, job);
      this.#pump();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { end } of this.#idle.splice(0)) end.cancel();
    for (const job of this.#queue.clear()) job.reject(new TaskError("closed"));
    await Promise.all([...this.#threads].map((thread) => thread.terminate()));
  }

  #pump(): void {
    while (this.#idle.length > 0 || this.#threads.size < this.#options.maxThreads) {
      const job = this.#queue.take((client) => !this.#busyClients.has(client));
      if (!job) return;
      const rested = this.#idle.pop();
      rested?.end.cancel();
      this.#begin(rested?.thread ?? this.#startThread(), job);
    }
  }

  #begin(thread: Worker, { task, terms, resolve, reject }: Job<Task, Result>): void {
    this.#busyClients.add(terms.client);
    forgetListeners(thread);
    const end = (settle: () => void) => {
      timer.cancel();
      forgetListeners(thread);
      this.#busyClients.delete(terms.client);
      settle();
    };
    const lose = (error: TaskError) => {
      end(() => reject(error));
      this.#threads.delete(thread);
      // Without a listener its last error would end the process.
      thread.on("error", () => {});
      void thread.terminate();
      this.#pump();
    };
    const timer = limitThreadTime(thread, terms.limitMs, () => lose(new TaskError("too-slow")));
    thread.once("error", (error: NodeJS.ErrnoException) => {
      lose(new TaskError(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "too-large" : "broken", error));
    });
    thread.once("exit", () => lose(new TaskError(this.#isClosed ? "closed" : "broken")));
    thread.once("message", (reply: TaskReply<Result>) => {
      end(() => {
        if ("result" in reply) resolve(reply.result);
        else reject(new TaskError("broken", reply.failure));
      });
      this.#rest(thread);
      this.#pump();
    });
    thread.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is of windows, this is a thread
    thread.postMessage(task, [...(terms.transfer ?? [])]);
  }

  /** The thread waits for work. */
  #rest(thread: Worker): void {
    thread.unref();
    const forget = () => {
      this.#threads.delete(thread);
      const index = this.#idle.findIndex((rested) => rested.thread === thread);
      if (index >= 0) this.#idle.splice(index, 1)[0]?.end.cancel();
    };
    thread.once("exit", forget);
    thread.once("error", forget);
    const end = schedule(IDLE_MS, () => {
      if (this.#threads.size === 1) return;
      forget();
      void thread.terminate();
    });
    this.#idle.push({ thread, end });
  }

  #startThread(): Worker {
    const thread = new Worker(this.#options.file, {
      // Flags of this process need not fit a thread.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.#options.maxHeapMb },
    });
    this.#threads.add(thread);
    return thread;
  }
}

/** Its own, for that is all that anybody listens to here; Node has others on it. */
function forgetListeners(thread: Worker): void {
  for (const event of ["message", "error", "exit"]) thread.removeAllListeners(event);
}
