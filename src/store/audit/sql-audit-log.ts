import type { AuditEntry, AuditLog, AuditPage } from "../../core/ports/audit-log.ts";
import type { Database } from "../database/database.ts";
import { fromStoredJson, fromStoredText, toStoredJson, toStoredText } from "../database/stored-text.ts";

/** Who changed what, in a SQL database. */
export class SqlAuditLog implements AuditLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add({ id, at, by, action, target, before, after }: AuditEntry): Promise<void> {
    await this.#database.db
      .insertInto("audit_log")
      .values({
        id,
        at,
        principal_id: by,
        action,
        target: target === undefined ? null : toStoredText(target),
        before: before ? toStoredJson(before) : null,
        after: after ? toStoredJson(after) : null,
      })
      .execute();
  }

  async list({ limit, after }: AuditPage): Promise<readonly AuditEntry[]> {
    let query = this.#database.db.selectFrom("audit_log");
    if (after) {
      query = query.where((is) =>
        is.or([is("at", "<", after.at), is.and([is("at", "=", after.at), is("id", "<", after.id)])]),
      );
    }
    const rows = await query.orderBy("at", "desc").orderBy("id", "desc").limit(limit).selectAll().execute();
    return rows.map((row) => ({
      id: row.id,
      at: row.at,
      by: row.principal_id,
      action: row.action,
      ...(row.target !== null && { target: fromStoredText(row.target) }),
      ...(row.before !== null && { before: fromStoredJson(row.before) }),
      ...(row.after !== null && { after: fromStoredJson(row.after) }),
    }));
  }

  async trim({
    olderThan,
    maxEntries,
  }: {
    readonly olderThan: number;
    readonly maxEntries: number;
  }): Promise<void> {
    const { db } = this.#database;
    const first = await db
      .selectFrom("audit_log")
      .orderBy("at", "desc")
      .orderBy("id", "desc")
      .offset(maxEntries)
      .limit(1)
      .select("at")
      .executeTakeFirst();
    await db
      .deleteFrom("audit_log")
      .where("at", "<", Math.max(olderThan, first === undefined ? 0 : first.at + 1))
      .execute();
  }
}
