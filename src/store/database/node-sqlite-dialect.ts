import type { DatabaseSync, SQLInputValue } from "node:sqlite";

import {
  CompiledQuery,
  type DatabaseConnection,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
} from "kysely";

import { PatientConnection } from "./patient-connection.ts";
import type { StoreState } from "./store-state.ts";

/** Kysely's SQLite dialect over `node:sqlite`. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #database: DatabaseSync;
  readonly #state: StoreState;

  constructor(database: DatabaseSync, state: StoreState) {
    super({ database: adaptDatabase(database) });
    this.#database = database;
    this.#state = state;
  }

  override createDriver(): SqliteDriver {
    return new ImmediateSqliteDriver(this.#database, this.#state);
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }
}

/**
 * Takes the write lock when a transaction begins. With a plain `begin`, one that reads first and then writes fails at
 * once, without waiting, when another process has written in between.
 */
class ImmediateSqliteDriver extends SqliteDriver {
  readonly #database: DatabaseSync;
  readonly #state: StoreState;
  #connection: PatientConnection | undefined;

  constructor(database: DatabaseSync, state: StoreState) {
    super({ database: adaptDatabase(database) });
    this.#database = database;
    this.#state = state;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const only = await super.acquireConnection();
    return (this.#connection ??= new PatientConnection(only, this.#state));
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // On a full disk SQLite has done so by itself; the failure of a second one would hide the first.
    if (this.#database.isTransaction) await super.rollbackTransaction(connection);
  }
}

/** SQLite does roll back schema changes; with this the migrations run in a transaction, as they do in Postgres. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

function adaptDatabase(database: DatabaseSync): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare: (sql) => {
      const statement = database.prepare(sql);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...parameters.map(toInputValue)),
        run: (parameters) => statement.run(...parameters.map(toInputValue)),
        iterate: (parameters) => statement.iterate(...parameters.map(toInputValue)),
      };
    },
  };
}

function toInputValue(value: unknown): SQLInputValue {
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
