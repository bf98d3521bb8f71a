import type { Nodes } from "../../core/ports/nodes.ts";
import type { NodeId } from "../../core/words/ids.ts";
import type { Database } from "../database/database.ts";

/** The leases of nodes in a SQL database. */
export class SqlNodes implements Nodes {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async renew(id: NodeId, until: number): Promise<void> {
    await this.#database.db
      .insertInto("nodes")
      .values({ id, expires_at: until })
      .onConflict((conflict) => conflict.column("id").doUpdateSet({ expires_at: until }))
      .execute();
  }

  async remove(id: NodeId): Promise<void> {
    await this.#database.db.deleteFrom("nodes").where("id", "=", id).execute();
  }

  async removeExpired(now: number): Promise<number> {
    const { numDeletedRows } = await this.#database.db
      .deleteFrom("nodes")
      .where("expires_at", "<=", now)
      .executeTakeFirst();
    return Number(numDeletedRows);
  }
}
