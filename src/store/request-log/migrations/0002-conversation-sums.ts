import { type CreateTableBuilder, type Kysely, type Migration, sql, SqliteAdapter } from "kysely";

/** What conversations and keys have used, by time. */
export const createConversationSums: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createSums(db, "request_conversations", ["conversation_id"], ["principal_id"]);
    // By key alone: as time went on is told from few rows, however many models and profiles there are.
    await createSums(db, "request_totals", ["principal_id"], []);
    await sql`
      insert into request_totals (period, begins_at, principal_id, ${sql.join(SUMMED.map((name) => sql.ref(name)))})
      select period, begins_at, principal_id, ${sql.join(SUMMED.map((name) => sql`sum(${sql.ref(name)})`))}
      from request_sums group by period, begins_at, principal_id
    `.execute(db);
  },
};

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
const SUMMED = [...COUNTS, "cost_usd"] as const;

async function createSums(
  db: Kysely<unknown>,
  name: string,
  key: readonly string[],
  more: readonly string[],
): Promise<void> {
  let table: CreateTableBuilder<string, string> = db.schema
    .createTable(name)
    .addColumn("period", "integer", (column) => column.notNull())
    .addColumn("begins_at", "bigint", (column) => column.notNull());
  for (const text of [...key, ...more]) table = table.addColumn(text, "text", (column) => column.notNull());
  for (const count of COUNTS) table = table.addColumn(count, "bigint", (column) => column.notNull());
  await table
    .addColumn("cost_usd", "double precision", (column) => column.notNull())
    .addPrimaryKeyConstraint(`${name}_key`, ["period", "begins_at", ...key])
    // In SQLite the rows lie in the order of the key, and what belongs together is read together.
    .$call((made) =>
      db.getExecutor().adapter instanceof SqliteAdapter ? made.modifyEnd(sql`without rowid`) : made,
    )
    .execute();
}
