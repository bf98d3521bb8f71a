import { type Expression, type Kysely, type QueryCreator, type RawBuilder, type SqlBool, sql } from "kysely";

import {
  MOST_CONVERSATIONS_TOLD,
  USAGE_SLICE_MS,
  type UsageGroup,
  type UsageQuestion,
  type UsageSum,
  type UsageSums,
} from "../../core/ports/usage-report.ts";
import type { ConversationId } from "../../core/words/ids.ts";
import { fromStoredText, type StoredText } from "../database/stored-text.ts";
import type { Tables } from "../database/tables.ts";

/** Sums up in the database: however many turns and conversations there are, only a bounded number of groups comes out. */
export async function sumUsage(db: Kysely<Tables>, question: UsageQuestion): Promise<UsageSums> {
  const { group } = question;
  if (group !== "conversation") {
    const rows = await groupTurns(db, question).execute();
    return { sums: rows.map((row) => ({ group: groupOf(row.group_key, group), ...toCounts(row) })) };
  }
  const rows = await sumConversations(db, question);
  const told = rows.flatMap(({ group_key: key }) => (key === null ? [] : [String(key)]));
  const names = await namesOf(db, told);
  const rest = rows.find(({ group_key: key }) => key === null);
  return {
    sums: rows.flatMap((row) => {
      if (row.group_key === null) return [];
      const name = names.get(String(row.group_key));
      return [{ group: String(row.group_key), ...(name !== undefined && { name }), ...toCounts(row) }];
    }),
    ...(rest && { others: { ...toCounts(rest), conversations: Number(rest.conversations) } }),
  };
}

/** All in one statement, so that a turn that comes meanwhile is in all of it or in nothing. */
function sumConversations(db: Kysely<Tables>, question: UsageQuestion) {
  const isTold = sql<
    string | null
  >`case when place <= ${sql.lit(MOST_CONVERSATIONS_TOLD)} then group_key end`;
  return db
    .with("grouped", (with_) => groupTurns(with_, question))
    .with("ranked", (with_) =>
      with_
        .selectFrom("grouped")
        .selectAll()
        .select(sql<number>`row_number() over (order by cost_usd desc, last_at desc, group_key)`.as("place")),
    )
    .selectFrom("ranked")
    .select([
      isTold.as("group_key"),
      sql<number>`count(*)`.as("conversations"),
      sumOf("requests"),
      sumOf("input_tokens"),
      sumOf("cache_read_tokens"),
      sumOf("cache_write_tokens"),
      sumOf("output_tokens"),
      sumOf("reasoning_tokens"),
      sumOf("cost_usd"),
      sql<number>`min(first_at)`.as("first_at"),
      sql<number>`max(last_at)`.as("last_at"),
    ])
    .groupBy(isTold)
    .execute();
}

function groupTurns(db: QueryCreator<Tables>, { group, since, until }: UsageQuestion) {
  const key = KEYS[group];
  const conditions: Expression<SqlBool>[] = [
    ...(since === undefined ? [] : [sql<SqlBool>`started_at >= ${since}`]),
    ...(until === undefined ? [] : [sql<SqlBool>`started_at < ${until}`]),
  ];
  return db
    .selectFrom("turns")
    .where((is) => is.and(conditions))
    .select([
      key.as("group_key"),
      sql<number>`count(*)`.as("requests"),
      sumOf("input_tokens"),
      sumOf("cache_read_tokens"),
      sumOf("cache_write_tokens"),
      sumOf("output_tokens"),
      sumOf("reasoning_tokens"),
      sumOf("cost_usd"),
      sql<number>`min(started_at)`.as("first_at"),
      sql<number>`max(started_at)`.as("last_at"),
    ])
    .groupBy(key);
}

function groupOf(key: string | number, group: UsageGroup): string {
  if (group === "time") return String(Number(key) * USAGE_SLICE_MS);
  // Proof for the cast: these columns hold stored text.
  return group === "model" || group === "profile" ? fromStoredText(String(key) as StoredText) : String(key);
}

interface CountsRow {
  readonly requests: number;
  readonly input_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  readonly output_tokens: number;
  readonly reasoning_tokens: number;
  readonly cost_usd: number;
  readonly first_at: number;
  readonly last_at: number;
}

/** Postgres gives sums as text, since they may exceed a number. */
function toCounts(row: CountsRow): Omit<UsageSum, "group" | "name"> {
  return {
    requests: Number(row.requests),
    inputTokens: Number(row.input_tokens),
    cacheReadTokens: Number(row.cache_read_tokens),
    cacheWriteTokens: Number(row.cache_write_tokens),
    outputTokens: Number(row.output_tokens),
    reasoningTokens: Number(row.reasoning_tokens),
    costUsd: Number(row.cost_usd),
    firstAt: Number(row.first_at),
    lastAt: Number(row.last_at),
  };
}

const KEYS: Readonly<Record<UsageGroup, RawBuilder<string | number>>> = {
  // Both databases divide whole numbers to a whole number; the divisor stands in the query, since one with a parameter could not
  // be grouped by in Postgres.
  time: sql<number>`started_at / ${sql.lit(USAGE_SLICE_MS)}`,
  // No bare column: SQLite would go through all turns in its order rather than through those of the time.
  conversation: sql<string>`conversation_id || ''`,
  model: sql<string>`model`,
  profile: sql<string>`profile`,
  key: sql<string>`principal_id`,
};

function sumOf<Column extends string>(column: Column) {
  return sql<number>`coalesce(sum(${sql.ref(column)}), 0)`.as(column);
}

async function namesOf(db: Kysely<Tables>, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("conversations")
    .where("name", "is not", null)
    // Proof for the cast: the turns' column has nothing else.
    .where("id", "in", ids as readonly ConversationId[])
    .select(["id", "name"])
    .execute();
  return new Map(
    rows.flatMap(({ id, name }) => (name === null ? [] : [[id, fromStoredText(name)] as const])),
  );
}
