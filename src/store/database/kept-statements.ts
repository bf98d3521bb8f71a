import type { DatabaseSync, StatementSync } from "node:sqlite";

/** How many prepared statements are kept. */
const MAX_STATEMENTS = 200;

/** The prepared statements of a database: to prepare one often costs more than to run it. */
export class KeptStatements {
  readonly #database: DatabaseSync;
  /** By their text, in the order in which they were prepared. */
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** For a query that is run to its end at once. */
  prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const [oldest] = this.#statements.keys();
    if (this.#statements.size >= MAX_STATEMENTS && oldest !== undefined) this.#statements.delete(oldest);
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
