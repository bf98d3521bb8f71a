import type { Kysely } from "kysely";

import type { TurnId } from "../../core/words/ids.ts";
import type { RequestEntry } from "../../core/words/request-entry.ts";
import { fromStoredJson, fromStoredText } from "../database/stored-text.ts";
import type { RequestLogTables } from "./request-log-tables.ts";
import { fromRequestRow } from "./request-row.ts";

/** Ids of what a turn made end like the turn's own, perhaps with more behind it. */
const UNIQUE_PART = /^[a-z]+[_-]([0-9a-f]{24})/;

export async function findRequest(
  db: Kysely<RequestLogTables>,
  id: string,
): Promise<RequestEntry | undefined> {
  const [, unique] = UNIQUE_PART.exec(id) ?? [];
  const rows = await db
    .selectFrom("requests")
    .selectAll()
    // Proof for the cast: a turn of that id may exist or not.
    .where((is) =>
      is.or([is("id", "=", id), ...(unique ? [is("turn_id", "=", `turn_${unique}` as TurnId)] : [])]),
    )
    .limit(2)
    .execute();
  const row = rows.find((each) => each.id === id) ?? rows[0];
  if (!row) return undefined;
  const used = await db
    .selectFrom("request_tools")
    .select("tools")
    .where("request_id", "=", row.id)
    .executeTakeFirst();
  const content = await db
    .selectFrom("request_contents")
    .select(["prompt", "answer"])
    .where("request_id", "=", row.id)
    .executeTakeFirst();
  return {
    ...fromRequestRow(row),
    ...(used && { tools: fromStoredJson(used.tools) }),
    ...(content && {
      content: { prompt: fromStoredText(content.prompt), answer: fromStoredText(content.answer) },
    }),
  };
}
