import { type Kysely, type RawBuilder, sql } from "kysely";

import type { RequestLogBounds } from "../../core/ports/request-log.ts";
import type { RequestLogTables } from "./request-log-tables.ts";

/** So many at once: what is deleted together is written together. */
const DELETED_AT_ONCE = 500;
const SUMS_DELETED_AT_ONCE = 1_000;

const DAY_MS = 86_400_000;
/** How long sums are kept, by their table and the length of their period in seconds. */
const SUMS_KEPT_MS = [
  ["request_sums", 60, 2 * DAY_MS],
  ["request_sums", 3_600, 100 * DAY_MS],
  ["request_sums", 86_400, 5 * 366 * DAY_MS],
  ["request_totals", 60, 2 * DAY_MS],
  ["request_totals", 3_600, 100 * DAY_MS],
  ["request_totals", 86_400, 5 * 366 * DAY_MS],
  ["request_places", 60, 2 * DAY_MS],
  ["request_places", 3_600, 100 * DAY_MS],
  ["request_places", 86_400, 5 * 366 * DAY_MS],
  ["request_conversations", 3_600, 100 * DAY_MS],
  ["request_conversations", 86_400, 400 * DAY_MS],
] as const;

export async function deleteSomeRequests(
  db: Kysely<RequestLogTables>,
  { maxAgeMs, maxEntries }: RequestLogBounds,
  now: number,
): Promise<boolean> {
  const aged = await oldestOf(db, sql<boolean>`started_at < ${now - maxAgeMs}`);
  const cutoff = aged.length > 0 ? undefined : await cutoffOf(db, maxEntries);
  const ids = cutoff
    ? await oldestOf(db, sql<boolean>`(started_at, id) <= (${cutoff.started_at}, ${cutoff.id})`)
    : aged;
  if (ids.length > 0) {
    await db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom("request_tools").where("request_id", "in", ids).execute();
      await transaction.deleteFrom("request_contents").where("request_id", "in", ids).execute();
      await transaction.deleteFrom("requests").where("id", "in", ids).execute();
    });
  }
  const deletedSums = await deleteSomeSums(db, now);
  return ids.length === DELETED_AT_ONCE || deletedSums;
}

async function oldestOf(db: Kysely<RequestLogTables>, condition: RawBuilder<boolean>): Promise<string[]> {
  const rows = await db
    .selectFrom("requests")
    .select("id")
    .where(condition)
    .orderBy("started_at")
    .orderBy("id")
    .limit(DELETED_AT_ONCE)
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * The newest entry that is one too many. To count them all would take longer the more there are, so the sums of days tell in which
 * day it lies, and no more than that day is gone through.
 */
async function cutoffOf(
  db: Kysely<RequestLogTables>,
  maxEntries: number,
): Promise<{ readonly started_at: number; readonly id: string } | undefined> {
  const days = await db
    .selectFrom("request_sums")
    .select(({ fn }) => ["begins_at", fn.sum<number | string>("requests").as("requests")])
    .where("period", "=", DAY_MS / 1_000)
    .groupBy("begins_at")
    .orderBy("begins_at", "desc")
    .execute();
  let newer = 0;
  for (const { begins_at: beginsAt, requests } of days) {
    const count = newer + Number(requests);
    if (count <= maxEntries) {
      newer = count;
      continue;
    }
    return db
      .selectFrom("requests")
      .select(["started_at", "id"])
      .where("started_at", "<", beginsAt + DAY_MS)
      .orderBy("started_at", "desc")
      .orderBy("id", "desc")
      .offset(maxEntries - newer)
      .limit(1)
      .executeTakeFirst();
  }
  return undefined;
}

async function deleteSomeSums(db: Kysely<RequestLogTables>, now: number): Promise<boolean> {
  let isMore = false;
  for (const [table, period, keptMs] of SUMS_KEPT_MS) {
    const oldEnough = now - keptMs;
    const old = await db
      .selectFrom(table)
      .select("begins_at")
      .where("period", "=", period)
      .where("begins_at", "<", oldEnough)
      .orderBy("begins_at")
      .limit(SUMS_DELETED_AT_ONCE + 1)
      .execute();
    if (old.length === 0) continue;
    // The oldest first; a period goes as a whole.
    const next = old[SUMS_DELETED_AT_ONCE];
    const until = next ? next.begins_at + 1 : oldEnough;
    await db.deleteFrom(table).where("period", "=", period).where("begins_at", "<", until).execute();
    if (next) isMore = true;
  }
  return isMore;
}
