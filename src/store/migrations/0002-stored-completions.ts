import type { Kysely, Migration } from "kysely";

/** Answers that clients asked to keep, the messages that led to them, and their metadata in a searchable form. */
export const createStoredCompletions: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("stored_completions")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("principal_id", "text", (column) => column.notNull())
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("metadata", "text", (column) => column.notNull())
      .addColumn("body", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex("stored_completions_by_principal")
      .on("stored_completions")
      .columns(["principal_id", "created_at", "id"])
      .execute();
    await db.schema
      .createIndex("stored_completions_by_time")
      .on("stored_completions")
      .column("created_at")
      .execute();

    await db.schema
      .createTable("stored_completion_messages")
      .addColumn("completion_id", "text", (column) =>
        column.notNull().references("stored_completions.id").onDelete("cascade"),
      )
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("message", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("stored_completion_messages_key", ["completion_id", "position"])
      .execute();

    await db.schema
      .createTable("stored_completion_tags")
      .addColumn("completion_id", "text", (column) =>
        column.notNull().references("stored_completions.id").onDelete("cascade"),
      )
      .addColumn("tag", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("stored_completion_tags_key", ["tag", "completion_id"])
      .execute();
    // For the cascading delete, which looks up a completion's rows.
    await db.schema
      .createIndex("stored_completion_tags_by_completion")
      .on("stored_completion_tags")
      .column("completion_id")
      .execute();

    await db.schema
      .createTable("deleted_completions")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("principal_id", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("deleted_at", "bigint", (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex("deleted_completions_by_time")
      .on("deleted_completions")
      .column("deleted_at")
      .execute();
  },
};
