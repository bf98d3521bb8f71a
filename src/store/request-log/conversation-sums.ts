import { type Insertable, type Kysely, type RawBuilder, sql, SqliteAdapter, type Transaction } from "kysely";

import type { ConversationSum, ConversationSumQuestion } from "../../core/ports/request-log.ts";
import type { ConversationId } from "../../core/words/ids.ts";
import { splitByDays } from "../../lib/split-by-days.ts";
import { fromStoredText, type StoredText } from "../database/stored-text.ts";
import type { RequestConversationTable, RequestLogTables } from "./request-log-tables.ts";
import { readCounts, SUM_COUNTS } from "./sum-rows.ts";

const HOUR_S = 3_600;
const DAY_S = 86_400;

/**
 * How many conversations are told apart in an hour, and in a day. When there are twice as many, only those with the highest cost
 * stay: however many conversations there are, a sum over a year reads some ten thousand rows.
 */
const TOLD_APART: Readonly<Record<number, number>> = { [HOUR_S]: 20, [DAY_S]: 40 };

/** Leaves the most expensive conversations of the periods that these rows have been added to. The last step of its transaction. */
export async function boundConversations(
  transaction: Transaction<RequestLogTables>,
  rows: readonly Insertable<RequestConversationTable>[],
): Promise<void> {
  const periods = new Map(rows.map((row) => [`${row.period} ${row.begins_at}`, row]));
  // What another server is writing is left to that one: to wait for it while it waits for this one would fail both.
  const skip = isSqlite(transaction) ? sql`` : sql`for update skip locked`;
  for (const { period, begins_at: beginsAt } of periods.values()) {
    const most = TOLD_APART[period] ?? 0;
    const { count } = await transaction
      .selectFrom("request_conversations")
      .where("period", "=", period)
      .where("begins_at", "=", beginsAt)
      .select(({ fn }) => fn.countAll<number | string>().as("count"))
      .executeTakeFirstOrThrow();
    if (Number(count) <= 2 * most) continue;
    // Materialized: Postgres would ask a bare subquery with a lock again and again, and find others each time.
    await sql`
      with least as materialized (
        select conversation_id from request_conversations
        where period = ${period} and begins_at = ${beginsAt}
        order by cost_usd, requests, conversation_id
        limit ${Number(count) - most} ${skip}
      )
      delete from request_conversations
      where period = ${period} and begins_at = ${beginsAt}
        and conversation_id in (select conversation_id from least)
    `.execute(transaction);
  }
}

/** Adds up the sums of whole days, and of hours where the span begins or ends within a day. */
export async function sumConversations(
  db: Kysely<RequestLogTables>,
  { since, until, principalId, limit }: ConversationSumQuestion,
): Promise<readonly ConversationSum[]> {
  const isOfKey = principalId === undefined ? sql`` : sql`and principal_id = ${principalId}`;
  const parts = splitByDays(since, until).map(
    (span) =>
      sql`(period = ${span.period} and begins_at >= ${span.since} and begins_at < ${span.until} ${isOfKey})`,
  );
  if (parts.length === 0) return [];
  const read = (columns: RawBuilder<unknown>, isWanted: RawBuilder<unknown>) =>
    sql.join(
      parts.map((part) => sql`select ${columns} from request_conversations where ${part} ${isWanted}`),
      sql` union all `,
    );
  const columns = sql.join(["conversation_id", ...SUM_COUNTS].map((column) => sql.ref(column)));
  // First which, then all about them: to sort everything with all its columns takes twice as long.
  const { rows } = await sql<ConversationRow>`
    with dearest as materialized (
      select conversation_id
      from (${read(sql`conversation_id, cost_usd, requests`, sql``)}) as counted
      group by conversation_id
      order by sum(cost_usd) desc, sum(requests) desc, conversation_id
      limit ${limit}
    )
    select conversation_id, ${sql.join(SUM_COUNTS.map((column) => sql`sum(${sql.ref(column)}) as ${sql.ref(column)}`))}
    from (${read(columns, sql`and conversation_id in (select conversation_id from dearest)`)}) as parts
    group by conversation_id
    order by sum(cost_usd) desc, sum(requests) desc, conversation_id
  `.execute(db);
  const names = await namesOf(
    db,
    rows.map(({ conversation_id: id }) => id),
  );
  return rows.map((row) => {
    const name = names.get(row.conversation_id);
    return {
      group: [row.conversation_id],
      ...(name !== undefined && { name }),
      ...readCounts(row),
      firstTokens: [],
    };
  });
}

type ConversationRow = { readonly conversation_id: ConversationId } & Record<
  (typeof SUM_COUNTS)[number],
  number | string
>;

/** As they were called last, while a request of theirs is on record: a name is what a client wrote, and stays no longer than that. */
async function namesOf(
  db: Kysely<RequestLogTables>,
  ids: readonly ConversationId[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ readonly id: string; readonly name: StoredText | null }>`
    select column1 as id, (
      select conversation_name from requests
      where conversation_id = column1
      order by started_at desc, id desc
      limit 1
    ) as name
    from (values ${sql.join(ids.map((id) => sql`(${id})`))}) as asked
  `.execute(db);
  return new Map(
    rows.flatMap(({ id, name }) => (name === null ? [] : [[id, fromStoredText(name)] as const])),
  );
}

function isSqlite(db: Kysely<RequestLogTables>): boolean {
  return db.getExecutor().adapter instanceof SqliteAdapter;
}
