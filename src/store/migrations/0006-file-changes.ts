import type { Kysely, Migration } from "kysely";

/** The changes of turns in their workspaces, with the files' contents before and after. */
export const createFileChanges: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("turn_changes")
      .addColumn("turn_id", "text", (column) =>
        column.primaryKey().references("turns.id").onDelete("cascade"),
      )
      .addColumn("principal_id", "text", (column) => column.notNull())
      .addColumn("folder", "text", (column) => column.notNull())
      .addColumn("is_complete", "integer", (column) => column.notNull())
      .addColumn("changed_at", "bigint", (column) => column.notNull())
      .addColumn("undone_at", "bigint")
      .execute();
    await db.schema.createIndex("turn_changes_by_time").on("turn_changes").column("changed_at").execute();

    await db.schema
      .createTable("file_changes")
      .addColumn("turn_id", "text", (column) =>
        column.notNull().references("turn_changes.turn_id").onDelete("cascade"),
      )
      .addColumn("position", "integer", (column) => column.notNull())
      // Null when no content after the turn is kept.
      .addColumn("content_id", "text", (column) => column.unique())
      .addColumn("type", "text", (column) => column.notNull())
      .addColumn("path", "text", (column) => column.notNull())
      .addColumn("previous_path", "text")
      .addColumn("diff", "text")
      .addColumn("mode_before", "integer")
      .addColumn("mode_after", "integer")
      // Last, so that SQLite need not skip over it to read the other columns.
      .addColumn("before", "bytea")
      .addColumn("after", "bytea")
      .addPrimaryKeyConstraint("file_changes_key", ["turn_id", "position"])
      .execute();
  },
};
