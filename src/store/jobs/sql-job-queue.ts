import type { Job, JobQueue } from "../../core/ports/job-queue.ts";
import type { NodeId } from "../../core/words/ids.ts";
import type { Database } from "../database/database.ts";
import { fromStoredJson, fromStoredText, toStoredJson, toStoredText } from "../database/stored-text.ts";
import { isAbandoned, isHeldBy } from "../nodes/held-by.ts";

/** Jobs in a SQL database, next to the responses that they create. */
export class SqlJobQueue implements JobQueue {
  readonly #database: Database;
  readonly #nodeId: NodeId | undefined;

  constructor(database: Database, nodeId: NodeId | undefined) {
    this.#database = database;
    this.#nodeId = nodeId;
  }

  async add({ id, principalId, payload, createdAt }: Job): Promise<void> {
    await this.#db
      .insertInto("response_jobs")
      .values({
        response_id: toStoredText(id),
        principal_id: principalId,
        node_id: this.#nodeId ?? null,
        payload: toStoredJson(payload),
        created_at: createdAt,
      })
      .execute();
  }

  async begin(id: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("response_jobs")
      .set({ has_begun: 1 })
      .where("response_id", "=", toStoredText(id))
      .where("has_begun", "=", 0)
      .where(isHeldBy(this.#nodeId))
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  claim(limit: number): Promise<readonly Job[]> {
    const { skipLocked } = this.#database;
    return this.#db.transaction().execute(async (transaction) => {
      const rows = await transaction
        .updateTable("response_jobs")
        .set({ node_id: this.#nodeId ?? null })
        .where("response_id", "in", (is) =>
          is
            .selectFrom("response_jobs")
            .select("response_id")
            .where("has_begun", "=", 0)
            .where(isAbandoned)
            .orderBy("created_at")
            .orderBy("response_id")
            .limit(limit)
            .modifyEnd(skipLocked),
        )
        .returning(["response_id", "principal_id", "payload", "created_at"])
        .execute();
      if (rows.length === 0) return [];
      await transaction
        .updateTable("responses")
        .set({ node_id: this.#nodeId ?? null })
        .where(
          "id",
          "in",
          rows.map((row) => row.response_id),
        )
        .execute();
      const jobs = rows.map((row) => ({
        id: fromStoredText(row.response_id),
        principalId: row.principal_id,
        payload: fromStoredJson(row.payload),
        createdAt: row.created_at,
      }));
      // Rows returned by an update are not ordered.
      return jobs.toSorted((left, right) => left.createdAt - right.createdAt);
    });
  }

  withdraw(id: string): Promise<boolean> {
    const responseId = toStoredText(id);
    return this.#db.transaction().execute(async (transaction) => {
      const { numDeletedRows } = await transaction
        .deleteFrom("response_jobs")
        .where("response_id", "=", responseId)
        .where("has_begun", "=", 0)
        .executeTakeFirst();
      if (numDeletedRows === 0n) return false;
      await transaction
        .updateTable("responses")
        .set({ node_id: this.#nodeId ?? null })
        .where("id", "=", responseId)
        .execute();
      return true;
    });
  }

  get #db() {
    return this.#database.db;
  }
}
