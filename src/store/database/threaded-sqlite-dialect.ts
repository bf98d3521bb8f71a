import { once } from "node:events";
import { Worker } from "node:worker_threads";

import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  type SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";

import { Semaphore } from "../../lib/semaphore.ts";
import { threadFile } from "../../lib/thread-file.ts";
import { toInputValue, TransactionalSqliteAdapter } from "./node-sqlite-dialect.ts";
import type { SqliteAnswer, SqliteQuestion, SqliteThreadData } from "./sqlite-thread-messages.ts";

/**
 * Kysely's SQLite dialect on `node:sqlite` in a thread of its own, for what must not hold up anybody: there a query blocks, and
 * waits for a locked file, where nothing else runs.
 */
export class ThreadedSqliteDialect implements Dialect {
  readonly #data: SqliteThreadData;

  constructor(data: SqliteThreadData) {
    this.#data = data;
  }

  createDriver(): Driver {
    return new ThreadDriver(this.#data);
  }

  createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler();
  }

  createIntrospector(db: Kysely<unknown>): SqliteIntrospector {
    return new SqliteIntrospector(db);
  }
}

const NEVER = new AbortController().signal;

class ThreadDriver implements Driver {
  readonly #thread: ThreadConnection;
  /** There is one connection; transactions take turns. */
  readonly #turns = new Semaphore(1);
  #release: (() => void) | undefined;

  constructor(data: SqliteThreadData) {
    this.#thread = new ThreadConnection(data);
  }

  init(): Promise<void> {
    return this.#thread.ready;
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    this.#release = await this.#turns.acquire(NEVER);
    return this.#thread;
  }

  async releaseConnection(): Promise<void> {
    this.#release?.();
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("commit"));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // When the disk is full, SQLite has already rolled back; the failure of a second rollback would hide the original error.
    await connection.executeQuery(CompiledQuery.raw("rollback")).catch(() => {});
  }

  destroy(): Promise<void> {
    return this.#thread.close();
  }
}

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
