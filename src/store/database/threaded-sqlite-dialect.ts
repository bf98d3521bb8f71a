import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";

import { Semaphore } from "../../lib/semaphore.ts";
import { TransactionalSqliteAdapter } from "./node-sqlite-dialect.ts";
import type { SqliteThreadData } from "./sqlite-thread-messages.ts";
import { ThreadConnection } from "./thread-connection.ts";

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
