import { FairQueue } from "./fair-queue.ts";
import { TaskError } from "./task-error.ts";
import { TaskProcess } from "./task-process.ts";
import { schedule } from "./time.ts";

export interface TaskProcessesOptions {
  /** The program that each process runs; it calls `serveTasks`. */
  readonly file: URL;
  readonly maxProcesses: number;
  /** How much memory one process may use. */
  readonly maxMemoryMb: number;
  /** How many tasks of one client may wait. */
  readonly maxWaiting: number;
}

export interface TaskTerms {
  /** Only one task per client runs at a time, so that no client keeps the processes from the others. */
  readonly client: string;
  /** How much CPU time the task may use. A process that uses more is killed; waiting on a busy machine does not count. */
  readonly limitMs: number;
}

interface Job<Task, Result> {
  readonly task: Task;
  readonly terms: TaskTerms;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Idle processes beyond the first are kept no longer than this. */
const IDLE_MS = 60_000;

/**
 * Runs work that would block everything else in separate processes. A task that exceeds its limits costs only its process; a
 * thread that runs out of memory could take down the whole server.
 */
export class TaskProcesses<Task, Result> {
  readonly #options: TaskProcessesOptions;
  readonly #queue = new FairQueue<Job<Task, Result>>();
  readonly #processes = new Set<TaskProcess<Task, Result>>();
  readonly #idle: { readonly process: TaskProcess<Task, Result>; readonly end: { cancel(): void } }[] = [];
  readonly #busyClients = new Set<string>();
  #isClosed = false;

  constructor(options: TaskProcessesOptions) {
    this.#options = options;
  }

  /** @throws TaskError, or the signal's reason when it aborts first */
  run(task: Task, terms: TaskTerms, signal: AbortSignal): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (this.#isClosed) return reject(new TaskError("closed"));
      const { client } = terms;
      if (this.#queue.countOf(client) >= this.#options.maxWaiting) return reject(new TaskError("refused"));
      const onAbort = () => {
        // A running task is allowed to finish: its client cannot start another one meanwhile.
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

  /** Resolves when all processes have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { end } of this.#idle.splice(0)) end.cancel();
    for (const job of this.#queue.clear()) job.reject(new TaskError("closed"));
    await Promise.all([...this.#processes].map((process) => process.close()));
  }

  #pump(): void {
    while (this.#idle.length > 0 || this.#processes.size < this.#options.maxProcesses) {
      const job = this.#queue.take((client) => !this.#busyClients.has(client));
      if (!job) return;
      const rested = this.#idle.pop();
      rested?.end.cancel();
      void this.#do(job, rested?.process ?? this.#start());
    }
  }

  async #do({ task, terms, resolve, reject }: Job<Task, Result>, process: TaskProcess<Task, Result>) {
    const { client, limitMs } = terms;
    this.#busyClients.add(client);
    try {
      resolve(await process.run({ task, limitMs }));
    } catch (error) {
      reject(this.#isClosed ? new TaskError("closed") : error);
    }
    this.#busyClients.delete(client);
    if (this.#isClosed) return;
    this.#rest(process);
    this.#pump();
  }

  /** Lets the process wait for work, unless it has grown too large. */
  #rest(process: TaskProcess<Task, Result>): void {
    if (!this.#processes.has(process)) return;
    if (process.isGrown) return this.#end(process);
    const end = schedule(IDLE_MS, () => {
      if (this.#processes.size > 1) this.#end(process);
    });
    this.#idle.push({ process, end });
  }

  #end(process: TaskProcess<Task, Result>): void {
    this.#forget(process);
    void process.close();
  }

  #start(): TaskProcess<Task, Result> {
    const { file, maxMemoryMb } = this.#options;
    const process = new TaskProcess<Task, Result>(file, maxMemoryMb, () => this.#forget(process));
    this.#processes.add(process);
    return process;
  }

  #forget(process: TaskProcess<Task, Result>): void {
    this.#processes.delete(process);
    const index = this.#idle.findIndex((rested) => rested.process === process);
    if (index >= 0) this.#idle.splice(index, 1)[0]?.end.cancel();
  }
}
