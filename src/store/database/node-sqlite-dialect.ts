import type { DatabaseSync, SQLInputValue } from "node:sqlite";

import {
  CompiledQuery,
  type DatabaseConnection,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
} from "kysely";

import { KeptStatements } from "./kept-statements.ts";
import { PatientConnection } from "./patient-connection.ts";
import type { StoreState } from "./store-state.ts";

/** Kysely's SQLite dialect on top of `node:sqlite`. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #database: DatabaseSync;
  readonly #state: StoreState;
  readonly #closing: () => Promise<void>;

  /** `closing`: what has to be done before the database is closed. */
  constructor(database: DatabaseSync, state: StoreState, closing = async () => {}) {
    super({ database: adaptDatabase(database) });
    this.#database = database;
    this.#state = state;
    this.#closing = closing;
  }

  override createDriver(): SqliteDriver {
    return new ImmediateSqliteDriver(this.#database, this.#state, this.#closing);
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }
}

/**
 * Takes the write lock at the start of a transaction. With a plain `begin`, a transaction that reads first and then writes
 * fails at once, without waiting, if another process has written in between.
 */
class ImmediateSqliteDriver extends SqliteDriver {
  readonly #database: DatabaseSync;
  readonly #state: StoreState;
  readonly #closing: () => Promise<void>;
  #connection: PatientConnection | undefined;

  constructor(database: DatabaseSync, state: StoreState, closing: () => Promise<void>) {
    super({ database: adaptDatabase(database) });
    this.#database = database;
    this.#state = state;
    this.#closing = closing;
  }

  override async destroy(): Promise<void> {
    await this.#closing();
    await super.destroy();
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const only = await super.acquireConnection();
    return (this.#connection ??= new PatientConnection(only, this.#state));
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // When the disk is full, SQLite has already rolled back; the failure of a second rollback would hide the original error.
    if (this.#database.isTransaction) await super.rollbackTransaction(connection);
  }
}

/** SQLite does roll back schema changes; this lets the migrations run in a transaction, as in Postgres. */
export class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

function adaptDatabase(database: DatabaseSync): SqliteDatabase {
  const statements = new KeptStatements(database);
  return {
    close: () => database.close(),
    prepare: (sql) => {
      const statement = statements.prepare(sql);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...parameters.map(toInputValue)),
        run: (parameters) => statement.run(...parameters.map(toInputValue)),
        // Others may run the same query before it is read to its end.
        iterate: (parameters) => database.prepare(sql).iterate(...parameters.map(toInputValue)),
      };
    },
  };
}

export function toInputValue(value: unknown): SQLInputValue {
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
      return value;
    default:
      if (value === null || value instanceof Uint8Array) return value;
      throw new TypeError(`SQLite cannot take a parameter of type ${typeof value}`);
  }
}
