import type { Kysely } from "kysely";

import type { PrincipalId } from "../../core/words/ids.ts";
import type { CompletionQuery, Page, StoredCompletion } from "../../core/ports/completion-store.ts";
import { fromCompletionRow, toTags } from "./completion-row.ts";
import { type StoredText, toStoredText } from "../database/stored-text.ts";
import type { Tables } from "../database/tables.ts";

/** One page, ordered by creation time and, within the same millisecond, by id. */
export async function listCompletions(
  db: Kysely<Tables>,
  principalId: PrincipalId,
  query: CompletionQuery,
): Promise<Page<StoredCompletion> | undefined> {
  const { limit, order, after, model, metadata = {} } = query;
  let select = db.selectFrom("stored_completions").where("principal_id", "=", principalId);
  if (after !== undefined) {
    const id = toStoredText(after);
    const createdAt = await findPlace(db, principalId, id);
    if (createdAt === undefined) return undefined;
    const beyond = order === "asc" ? ">" : "<";
    select = select.where((is) =>
      is(is.refTuple("created_at", "id"), beyond, is.tuple(is.val(createdAt), is.val(id))),
    );
  }
  if (model !== undefined) select = select.where("model", "=", toStoredText(model));
  for (const tag of toTags(metadata)) {
    select = select.where((is) =>
      is.exists(
        is
          .selectFrom("stored_completion_tags as tags")
          .whereRef("tags.completion_id", "=", "stored_completions.id")
          .where("tags.tag", "=", tag)
          .select("tags.tag"),
      ),
    );
  }
  const rows = await select
    .orderBy("created_at", order)
    .orderBy("id", order)
    // One more than requested shows whether there are more.
    .limit(limit + 1)
    .selectAll()
    .execute();
  return { items: rows.slice(0, limit).map(fromCompletionRow), hasMore: rows.length > limit };
}

/** The creation time of the previous page's last completion, even if it has been deleted since. */
async function findPlace(
  db: Kysely<Tables>,
  principalId: PrincipalId,
  id: StoredText,
): Promise<number | undefined> {
  const tables = ["stored_completions", "deleted_completions"] as const;
  for (const table of tables) {
    const row = await db
      .selectFrom(table)
      .where("id", "=", id)
      .where("principal_id", "=", principalId)
      .select("created_at")
      .executeTakeFirst();
    if (row) return row.created_at;
  }
  return undefined;
}
