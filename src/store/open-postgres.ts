import { type DatabaseConnection, Kysely, PostgresDialect, PostgresDriver, sql } from "kysely";
import { Pool, types } from "pg";

import type { Logger } from "../core/ports/logger.ts";
import type { Database } from "./database.ts";
import { storeFailure, StoreState } from "./store-state.ts";

const MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 10_000;

/** Connects to Postgres on first use. */
export function openPostgres(url: string, logger: Logger): Database {
  const pool = new Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: "turnpike",
    types: { getTypeParser },
  });
  // The pool replaces a connection that broke while idle; without a listener the event would end the process.
  pool.on("error", (error) => logger.error("store.connection-lost", { reason: error.message }));
  const state = new StoreState();
  return {
    db: new Kysely({ dialect: new WatchedDialect(pool, state) }),
    state,
    lockPrincipal: async (transaction, principalId) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${principalId}, 0))`.execute(transaction);
    },
  };
}

/** Whole numbers arrive as numbers, as they do from SQLite: times and counts are far below 2 ** 53. */
const getTypeParser: typeof types.getTypeParser = (oid: number, format?: "text" | "binary") =>
  oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format);

class WatchedDialect extends PostgresDialect {
  readonly #pool: Pool;
  readonly #state: StoreState;

  constructor(pool: Pool, state: StoreState) {
    super({ pool });
    this.#pool = pool;
    this.#state = state;
  }

  override createDriver(): PostgresDriver {
    return new WatchedDriver(this.#pool, this.#state);
  }
}

/** Knows whether the database can be reached. */
class WatchedDriver extends PostgresDriver {
  readonly #state: StoreState;

  constructor(pool: Pool, state: StoreState) {
    super({ pool });
    this.#state = state;
  }

  /** @throws AppError `store-unavailable` */
  override async acquireConnection(): Promise<DatabaseConnection> {
    try {
      const connection = await super.acquireConnection();
      this.#state.worked();
      return connection;
    } catch (error) {
      const problem = "the database server cannot be reached";
      this.#state.failed(problem);
      throw storeFailure(problem, error);
    }
  }
}
