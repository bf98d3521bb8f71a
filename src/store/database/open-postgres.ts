import { type DatabaseConnection, Kysely, PostgresDialect, PostgresDriver, sql } from "kysely";
import { Pool, types } from "pg";

import type { Logger } from "../../core/ports/logger.ts";
import type { Database } from "./database.ts";
import { storeFailure } from "../../core/words/store-failure.ts";
import { StoreState } from "./store-state.ts";
import type { Tables } from "./tables.ts";
import { codeOf } from "../../lib/error-code.ts";

const MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 10_000;

/** Connects to Postgres on first use. */
export function openPostgres<Shape = Tables>(
  url: string,
  logger: Logger,
  maxConnections = MAX_CONNECTIONS,
): Database<Shape> {
  const pool = new Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: "turnpike",
    types: { getTypeParser },
  });
  // The pool replaces a connection that breaks while idle; without a listener the event would end the process.
  const onLost = (error: Error) => logger.error("store.connection-lost", { reason: error.message });
  pool.on("error", onLost);
  // The same goes for a connection in use that breaks between two queries; its user gets the error with the next query.
  pool.on("connect", (client) => client.on("error", () => {}));
  const state = new StoreState();
  return {
    db: new Kysely({ dialect: new WatchedDialect(pool, state) }),
    state,
    lockPrincipal: async (transaction, principalId) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${principalId}, 0))`.execute(transaction);
    },
    skipLocked: sql`for update skip locked`,
  };
}

/** Returns integers as numbers, as SQLite does: times and counts are far below 2 ** 53. */
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

/** Tracks whether the database can be reached. */
class WatchedDriver extends PostgresDriver {
  readonly #state: StoreState;
  readonly #watched = new WeakSet<DatabaseConnection>();

  constructor(pool: Pool, state: StoreState) {
    super({ pool });
    this.#state = state;
  }

  /** @throws AppError `store-unavailable` */
  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await this.#orTellProblem(() => super.acquireConnection(), isAny);
    this.#state.worked();
    if (this.#watched.has(connection)) return connection;
    this.#watched.add(connection);
    const execute = connection.executeQuery.bind(connection);
    connection.executeQuery = (query) => this.#orTellProblem(() => execute(query), problemOf);
    return connection;
  }

  async #orTellProblem<Result>(
    use: () => Promise<Result>,
    problemIn: (error: unknown) => string | undefined,
  ): Promise<Result> {
    try {
      return await use();
    } catch (error) {
      const problem = problemIn(error);
      if (problem === undefined) throw error;
      this.#state.failed(problem);
      throw storeFailure(problem, error);
    }
  }
}

const UNREACHABLE = "the database server cannot be reached";
const isAny = () => UNREACHABLE;

/** By prefix of the error code: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const PROBLEMS: readonly (readonly [code: string, problem: string])[] = [
  ["08", UNREACHABLE],
  ["57P", UNREACHABLE],
  ["53100", "the disk of the database server is full"],
  ["53", "the database server has too much to do"],
  ["25006", "the database cannot be written"],
  ["58", "the disk of the database server does not work"],
  ["E", UNREACHABLE],
];

/** Why the database does not respond; undefined when the query itself is wrong. */
function problemOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = codeOf(error);
  // The driver's own errors about a lost connection have no code.
  if (code === undefined) return /connection/i.test(error.message) ? UNREACHABLE : undefined;
  return PROBLEMS.find(([start]) => code.startsWith(start))?.[1];
}
