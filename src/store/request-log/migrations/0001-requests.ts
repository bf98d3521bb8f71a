import { type CreateTableBuilder, type Kysely, type Migration, sql, SqliteAdapter } from "kysely";

/** Columns that entries are looked for by, each with an index in the order of pages. */
const SEARCHED = [
  "principal_id",
  "model_id",
  "model",
  "profile",
  "protocol",
  "status",
  "client",
  "conversation_id",
  "conversation_name",
  "placement",
] as const;

/** Requests, their content where it is kept, and their sums by time. */
export const createRequests: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("requests")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("started_at", "bigint", (column) => column.notNull())
      .addColumn("duration_ms", "bigint", (column) => column.notNull())
      .addColumn("route", "text", (column) => column.notNull())
      .addColumn("status", "integer", (column) => column.notNull())
      .addColumn("error", "text")
      .addColumn("principal_id", "text")
      .addColumn("client", "text")
      .addColumn("protocol", "text")
      .addColumn("profile", "text")
      .addColumn("model_id", "text")
      .addColumn("model", "text")
      .addColumn("conversation_id", "text")
      .addColumn("conversation_name", "text")
      .addColumn("turn_id", "text")
      .addColumn("turn_count", "integer", (column) => column.notNull())
      .addColumn("placement", "text")
      .addColumn("queue_ms", "bigint")
      .addColumn("first_token_ms", "bigint")
      .addColumn("input_tokens", "bigint", (column) => column.notNull())
      .addColumn("cache_read_tokens", "bigint", (column) => column.notNull())
      .addColumn("cache_write_tokens", "bigint", (column) => column.notNull())
      .addColumn("output_tokens", "bigint", (column) => column.notNull())
      .addColumn("reasoning_tokens", "bigint", (column) => column.notNull())
      .addColumn("cost_usd", "double precision", (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex("requests_by_time")
      .on("requests")
      .columns(["started_at", "id", "duration_ms"])
      .execute();
    for (const column of SEARCHED) {
      await db.schema
        .createIndex(`requests_by_${column}`)
        .on("requests")
        .columns([column, "started_at", "id"])
        .execute();
    }
    await db.schema.createIndex("requests_by_turn").on("requests").column("turn_id").execute();
    // The few that one looks for among the many: those that failed, of one kind or any, and those that took long.
    await db.schema
      .createIndex("requests_by_error")
      .on("requests")
      .columns(["error", "started_at", "id"])
      .where(sql.ref("error"), "is not", null)
      .execute();
    await db.schema
      .createIndex("requests_failed")
      .on("requests")
      // More than the order needs: with another filter, too, only what fits is looked up.
      .columns(["started_at", "id", "principal_id", "model", "duration_ms"])
      .where(sql.ref("error"), "is not", null)
      .execute();
    await db.schema
      .createIndex("requests_slow")
      .on("requests")
      .columns(["started_at", "id", "duration_ms", "principal_id", "model", "error"])
      .where(sql<boolean>`duration_ms >= 10000`)
      .execute();

    await db.schema
      .createTable("request_contents")
      .addColumn("request_id", "text", (column) => column.primaryKey())
      .addColumn("prompt", "text", (column) => column.notNull())
      .addColumn("answer", "text", (column) => column.notNull())
      .execute();

    // What is unknown is the empty text here: nulls would all differ from each other.
    await createSums(
      db,
      "request_sums",
      ["principal_id", "model", "profile", "protocol", "error"],
      ["status"],
    );
    await createSums(db, "request_places", ["principal_id", "placement"], [], FIRST_TOKENS);
  },
};

/** Sums by time and by what requests have in common. */
async function createSums(
  db: Kysely<unknown>,
  name: string,
  texts: readonly string[],
  numbers: readonly string[],
  more: readonly string[] = [],
): Promise<void> {
  let table: CreateTableBuilder<string, string> = db.schema
    .createTable(name)
    .addColumn("period", "integer", (column) => column.notNull())
    .addColumn("begins_at", "bigint", (column) => column.notNull());
  for (const column of texts) table = table.addColumn(column, "text", (definition) => definition.notNull());
  for (const column of numbers)
    table = table.addColumn(column, "integer", (definition) => definition.notNull());
  for (const column of [...COUNTS, ...more]) {
    table = table.addColumn(column, "bigint", (definition) => definition.notNull());
  }
  await table
    .addColumn("cost_usd", "double precision", (column) => column.notNull())
    .addPrimaryKeyConstraint(`${name}_key`, ["period", "begins_at", ...texts, ...numbers])
    // In SQLite the rows lie in the order of the key, and what belongs together is read together.
    .$call((made) => (isSqlite(db) ? made.modifyEnd(sql`without rowid`) : made))
    .execute();
}

function isSqlite(db: Kysely<unknown>): boolean {
  return db.getExecutor().adapter instanceof SqliteAdapter;
}

const COUNTS = [
  "requests",
  "failures",
  "turns",
  "input_tokens",
  "cache_read_tokens",
  "cache_write_tokens",
  "output_tokens",
  "reasoning_tokens",
  "duration_ms",
  "queue_ms",
] as const;

const FIRST_TOKENS = [
  50,
  100,
  200,
  300,
  500,
  750,
  1000,
  1500,
  2000,
  3000,
  5000,
  7500,
  10000,
  20000,
  30000,
  60000,
  "later",
].map((bound) => `first_token_${bound}`);
