import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely";

import { isRecord } from "../../lib/is-record.ts";
import { delay } from "../../lib/time.ts";
import { storeFailure } from "../../core/words/store-failure.ts";
import type { StoreState } from "./store-state.ts";

/** As long as SQLite would wait itself; but SQLite can only wait by blocking the main thread. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 20;

/** https://sqlite.org/rescode.html */
const BUSY = 5;
const PROBLEMS: Readonly<Record<number, string>> = {
  [BUSY]: "another program holds the database",
  6: "another program holds the database",
  8: "the database cannot be written",
  10: "the disk does not work",
  13: "the disk is full",
};

/**
 * A connection that waits, without blocking anything else, for a database that another program has locked. After a wait has
 * timed out, further queries fail without waiting until the database is free again.
 */
export class PatientConnection implements DatabaseConnection {
  readonly #connection: DatabaseConnection;
  readonly #state: StoreState;

  constructor(connection: DatabaseConnection, state: StoreState) {
    this.#connection = connection;
    this.#state = state;
  }

  /** @throws AppError `store-unavailable` */
  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    for (;;) {
      try {
        const result = await this.#connection.executeQuery<Row>(query);
        // A read may succeed where a write does not.
        if (result.numAffectedRows !== undefined) this.#state.worked();
        return result;
      } catch (error) {
        const code = codeOf(error);
        const problem = code === undefined ? undefined : PROBLEMS[code];
        if (problem === undefined) throw error;
        this.#state.failed(problem);
        if (code !== BUSY || this.#state.problemMs > PATIENCE_MS) throw storeFailure(problem, error);
        await delay(PAUSE_MS);
      }
    }
  }

  streamQuery<Row>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<Row>> {
    return this.#connection.streamQuery<Row>(query, chunkSize);
  }
}

/** SQLite's primary result code. */
function codeOf(error: unknown): number | undefined {
  const errcode = isRecord(error) ? error["errcode"] : undefined;
  return typeof errcode === "number" ? errcode & 0xff : undefined;
}
