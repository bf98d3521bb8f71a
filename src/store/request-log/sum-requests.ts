import { type Expression, type Kysely, type SqlBool, sql } from "kysely";

import type { RequestSum, RequestSumQuestion, SumDimension } from "../../core/ports/request-log.ts";
import { fromStoredText, type StoredText, toStoredText } from "../database/stored-text.ts";
import { FIRST_TOKEN_COLUMNS } from "./first-token-columns.ts";
import type { RequestLogTables } from "./request-log-tables.ts";
import { PLACE_COUNTS, readCounts, SUM_COUNTS } from "./sum-rows.ts";

const COLUMNS = {
  time: "begins_at",
  principalId: "principal_id",
  model: "model",
  profile: "profile",
  protocol: "protocol",
  status: "status",
  error: "error",
  placement: "placement",
} as const satisfies Readonly<Record<SumDimension | "time", string>>;

/** These hold stored text. */
const TEXTS: ReadonlySet<SumDimension | "time"> = new Set(["model", "profile"] as const);

type Counted = (typeof PLACE_COUNTS)[number];

/** Adds up sums that are kept: however many requests there were, no row of theirs is read. */
export async function sumRequests(
  db: Kysely<RequestLogTables>,
  { period, since, until, by = [], withFirstTokens, only = {} }: RequestSumQuestion,
): Promise<readonly RequestSum[]> {
  const columns = by.map((name) => COLUMNS[name]);
  const isOfPlaces = withFirstTokens === true || by.includes("placement");
  const isOfKeys = [...by, ...Object.keys(only)].every((name) => name === "time" || name === "principalId");
  const table = isOfPlaces ? "request_places" : isOfKeys ? "request_totals" : "request_sums";
  const counted: readonly Counted[] = withFirstTokens ? PLACE_COUNTS : SUM_COUNTS;
  // Proof for the cast: the type of `only` has no other keys.
  const restrictions = Object.entries(only) as [SumDimension, string][];
  const conditions: readonly Expression<SqlBool>[] = [
    sql<SqlBool>`period = ${period}`,
    sql<SqlBool>`begins_at >= ${since}`,
    sql<SqlBool>`begins_at < ${until}`,
    ...restrictions.map(([name, value]) => {
      const wanted = name === "status" ? Number(value) : TEXTS.has(name) ? toStoredText(value) : value;
      return sql<SqlBool>`${sql.ref(COLUMNS[name])} = ${wanted}`;
    }),
  ];
  const groups = columns.map((column) => sql`${sql.ref(column)} as ${sql.ref(column)}`);
  const sums = counted.map((column) => sql`coalesce(sum(${sql.ref(column)}), 0) as ${sql.ref(column)}`);
  const { rows } = await sql<Partial<Record<string, string | number>>>`
    select ${sql.join([...groups, ...sums])}
    from ${sql.table(table)}
    where ${sql.join(conditions, sql` and `)}
    ${columns.length > 0 ? sql`group by ${sql.join(columns.map((column) => sql.ref(column)))}` : sql``}
  `.execute(db);
  return rows.flatMap((row): readonly RequestSum[] => {
    const counts = readCounts(row);
    if (counts.requests === 0) return [];
    const group = by.map((name) => {
      const text = String(row[COLUMNS[name]]);
      // Proof for the cast: see TEXTS.
      return TEXTS.has(name) ? fromStoredText(text as StoredText) : text;
    });
    return [
      {
        group,
        ...counts,
        firstTokens: withFirstTokens ? FIRST_TOKEN_COLUMNS.map((name) => Number(row[name])) : [],
      },
    ];
  });
}
