import type { Kysely, Migration } from "kysely";

/** Files that clients uploaded. Their bytes are stored in pieces, so that no whole file is ever in memory. */
export const createFiles: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("files")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("principal_id", "text", (column) => column.notNull())
      .addColumn("filename", "text")
      .addColumn("purpose", "text")
      // Null while the file does not exist: still being uploaded, or being deleted.
      .addColumn("byte_count", "bigint")
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("expires_at", "bigint")
      .execute();
    await db.schema.createIndex("files_by_principal").on("files").columns(["principal_id", "id"]).execute();
    await db.schema.createIndex("files_by_time").on("files").column("created_at").execute();
    await db.schema.createIndex("files_by_expiry").on("files").column("expires_at").execute();

    await db.schema
      .createTable("file_pieces")
      .addColumn("file_id", "text", (column) => column.notNull().references("files.id").onDelete("cascade"))
      .addColumn("position", "integer", (column) => column.notNull())
      // For SQLite the type is only a name: it stores bytes unchanged in a column of any type.
      .addColumn("bytes", "bytea", (column) => column.notNull())
      .addPrimaryKeyConstraint("file_pieces_key", ["file_id", "position"])
      .execute();
  },
};
