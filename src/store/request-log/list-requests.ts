import { type Expression, type Kysely, type SqlBool, sql } from "kysely";

import type { RequestFilter, RequestPage } from "../../core/ports/request-log.ts";
import type { RequestEntry } from "../../core/words/request-entry.ts";
import { toStoredText } from "../database/stored-text.ts";
import { fromRequestRow } from "./request-row.ts";
import type { RequestLogTables } from "./request-log-tables.ts";

/** From here on an index knows those that took long; the condition stands in the query as in the index. */
const SLOW_MS = 10_000;

/**
 * A page of entries. What fits in one of two ways (a model by the id that was asked for or by its own name) is asked for in a query
 * for each: with `or` neither database would read from an index in the order of the page.
 */
export async function listRequests(
  db: Kysely<RequestLogTables>,
  filter: RequestFilter,
  page: RequestPage,
): Promise<readonly RequestEntry[]> {
  const common = conditionsOf(filter, page);
  const pages = await Promise.all(
    alternativesOf(filter).map((conditions) =>
      db
        .selectFrom("requests")
        .selectAll()
        .where((is) => is.and([...common, ...conditions]))
        .orderBy("started_at", "desc")
        .orderBy("id", "desc")
        .limit(page.limit)
        .execute(),
    ),
  );
  const rows = pages.length === 1 ? (pages[0] ?? []) : pages.flat().toSorted(newestFirst);
  return rows.slice(0, page.limit).map(fromRequestRow);
}

type Position = { readonly started_at: number; readonly id: string };

function newestFirst(one: Position, other: Position): number {
  return other.started_at - one.started_at || (other.id < one.id ? -1 : 1);
}

type Conditions = readonly Expression<SqlBool>[];

function conditionsOf(filter: RequestFilter, { after }: RequestPage): Conditions {
  const { since, until, principalId, profile, protocol, status, error, client, placement } = filter;
  const equalsText = (column: string, value: string | undefined) =>
    equals(column, value === undefined ? undefined : toStoredText(value));
  return [
    ...(since === undefined ? [] : [sql<SqlBool>`started_at >= ${since}`]),
    ...(until === undefined ? [] : [sql<SqlBool>`started_at < ${until}`]),
    ...(after === undefined ? [] : [sql<SqlBool>`(started_at, id) < (${after.startedAt}, ${after.id})`]),
    ...equals("principal_id", principalId),
    ...equalsText("profile", profile),
    ...equals("protocol", protocol),
    ...equals("status", status),
    ...equalsText("client", client),
    ...equals("placement", placement),
    ...errorConditions(error),
    ...slowConditions(filter.slowerThanMs),
  ];
}

function equals(column: string, value: string | number | undefined): Conditions {
  return value === undefined ? [] : [sql<SqlBool>`${sql.ref(column)} = ${value}`];
}

function errorConditions(error: string | undefined): Conditions {
  switch (error) {
    case undefined:
      return [];
    case "any":
      return [sql<SqlBool>`error is not null`];
    case "none":
      return [sql<SqlBool>`error is null`];
    default:
      return [sql<SqlBool>`error = ${error}`];
  }
}

function slowConditions(ms: number | undefined): Conditions {
  if (ms === undefined) return [];
  const known = ms >= SLOW_MS ? [sql<SqlBool>`duration_ms >= ${sql.lit(SLOW_MS)}`] : [];
  return [...known, sql<SqlBool>`duration_ms >= ${ms}`];
}

/** Each is one way to fit the filter, and no entry fits two of them. */
function alternativesOf({ model, conversation }: RequestFilter): readonly Conditions[] {
  const models = eitherOf("model_id", "model", model);
  const conversations = eitherOf("conversation_name", "conversation_id", conversation);
  return models.flatMap((one) => conversations.map((other) => [...one, ...other]));
}

function eitherOf(column: string, other: string, value: string | undefined): readonly Conditions[] {
  if (value === undefined) return [[]];
  const [first, second, text] = [sql.ref(column), sql.ref(other), toStoredText(value)];
  return [
    [sql<SqlBool>`${first} = ${text}`],
    [sql<SqlBool>`${second} = ${text}`, sql<SqlBool>`(${first} is null or ${first} <> ${text})`],
  ];
}
