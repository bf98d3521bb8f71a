import { type Expression, type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";

import {
  USAGE_SLICE_MS,
  type UsageGroup,
  type UsageQuestion,
  type UsageSum,
} from "../../core/ports/usage-report.ts";
import { fromStoredText, type StoredText } from "../database/stored-text.ts";
import type { Tables } from "../database/tables.ts";

/** Sums up in the database: however many turns there are, only the groups come out. */
export async function sumUsage(
  db: Kysely<Tables>,
  { group, since, until }: UsageQuestion,
): Promise<readonly UsageSum[]> {
  const key = KEYS[group];
  const conditions: Expression<SqlBool>[] = [
    ...(since === undefined ? [] : [sql<SqlBool>`started_at >= ${since}`]),
    ...(until === undefined ? [] : [sql<SqlBool>`started_at < ${until}`]),
  ];
  const rows = await db
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
      sql<number>`coalesce(sum(cost_usd), 0)`.as("cost_usd"),
      sql<number>`min(started_at)`.as("first_at"),
      sql<number>`max(started_at)`.as("last_at"),
    ])
    .groupBy(key)
    .execute();
  const names = group === "conversation" ? await namesOf(db, conditions) : new Map<string, string>();
  return rows.map((row) => {
    const text = String(row.group_key);
    // Proof for the cast: these columns hold stored text.
    const shown = group === "model" || group === "profile" ? fromStoredText(text as StoredText) : text;
    const name = names.get(text);
    return {
      group: group === "time" ? String(Number(text) * USAGE_SLICE_MS) : shown,
      ...(name !== undefined && { name }),
      // Postgres gives sums as text, since they may exceed a number.
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
  });
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

async function namesOf(
  db: Kysely<Tables>,
  conditions: readonly Expression<SqlBool>[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom("conversations")
    .where("name", "is not", null)
    .where("id", "in", (is) =>
      is
        .selectFrom("turns")
        .where((of) => of.and([...conditions]))
        .select("conversation_id"),
    )
    .select(["id", "name"])
    .execute();
  return new Map(
    rows.flatMap(({ id, name }) => (name === null ? [] : [[id, fromStoredText(name)] as const])),
  );
}
