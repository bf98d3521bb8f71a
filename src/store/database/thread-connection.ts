import { once } from "node:events";
import { Worker } from "node:worker_threads";

import { CompiledQuery, type DatabaseConnection, type QueryResult } from "kysely";

import { threadFile } from "../../lib/thread-file.ts";
import { toInputValue } from "./node-sqlite-dialect.ts";
import type { SqliteAnswer, SqliteQuestion, SqliteThreadData } from "./sqlite-thread-messages.ts";

interface Waiting {
  resolve(result: QueryResult<never>): void;
  reject(error: unknown): void;
}

/** A connection to a SQLite file in a thread of its own. */
export class ThreadConnection implements DatabaseConnection {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  /** Rejects when the file cannot be opened. */
  readonly ready: Promise<void>;
  #count = 0;
  #end: unknown;

  constructor(data: SqliteThreadData) {
    this.#worker = new Worker(threadFile("sqlite-thread", import.meta.url), {
      workerData: data,
      // On Node 22 each start would warn the person of `node:sqlite`, as it would in the launcher.
      execArgv: ["--disable-warning=ExperimentalWarning"],
    });
    this.#worker.unref();
    this.#worker.on("message", (answer: SqliteAnswer) => this.#take(answer));
    this.#worker.on("error", (error) => this.#fail(error));
    this.#worker.on("exit", () => this.#fail(new Error("The thread of the database has ended.")));
    this.ready = this.executeQuery(CompiledQuery.raw("select 1")).then(() => {});
    this.ready.catch(() => {});
  }

  executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) return reject(this.#end);
      const id = ++this.#count;
      // Proof for the cast: the caller names the rows of its query.
      this.#waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
      const question: SqliteQuestion = { id, sql, parameters: parameters.map(toInputValue) };
      // While an answer is awaited the process must not end by itself.
      if (this.#waiting.size === 1) this.#worker.ref();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the rule is about windows, this is a thread
      this.#worker.postMessage(question);
    });
  }

  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error("Ask for a page at a time.");
  }

  async close(): Promise<void> {
    if (this.#end !== undefined) return;
    const exited = once(this.#worker, "exit");
    this.#worker.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the rule is about windows, this is a thread
    this.#worker.postMessage("close");
    await exited;
  }

  #take(answer: SqliteAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ("problem" in answer) {
      const { message, errcode } = answer.problem;
      waiting?.reject(Object.assign(new Error(message), { errcode }));
      return;
    }
    const { rows, changes } = answer;
    // Proof for the cast: see `executeQuery`.
    waiting?.resolve({ rows: rows as never[], ...(changes !== undefined && { numAffectedRows: changes }) });
  }

  #fail(error: unknown): void {
    this.#end ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
