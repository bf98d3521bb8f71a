import type { Transaction } from "kysely";

import type { PrincipalId } from "../../core/words/ids.ts";
import type { StoredText } from "../database/stored-text.ts";
import type { Tables } from "../database/tables.ts";

/** For how long a client may go on paging from a completion that it has deleted. */
const KEEP_PLACE_MS = 60 * 60 * 1000;

/** Runs inside a transaction. Messages and tags go with it; only its place in the order stays for a while. */
export async function deleteCompletion(
  transaction: Transaction<Tables>,
  principalId: PrincipalId,
  id: StoredText,
  deletedAt: number,
): Promise<boolean> {
  await transaction
    .deleteFrom("deleted_completions")
    .where("deleted_at", "<", deletedAt - KEEP_PLACE_MS)
    .execute();
  const deleted = await transaction
    .deleteFrom("stored_completions")
    .where("id", "=", id)
    .where("principal_id", "=", principalId)
    .returning("created_at")
    .executeTakeFirst();
  if (deleted === undefined) return false;
  await transaction
    .insertInto("deleted_completions")
    .values({ id, principal_id: principalId, created_at: deleted.created_at, deleted_at: deletedAt })
    .execute();
  return true;
}
