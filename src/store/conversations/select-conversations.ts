import type { ExpressionBuilder, Kysely, Selectable } from "kysely";

import type { PrincipalId } from "../../core/words/ids.ts";
import type { ConversationSummary } from "../../core/ports/conversation-store.ts";
import { fromConversationRow } from "./conversation-row.ts";
import type { ConversationTable, Tables } from "../database/tables.ts";

/** One page, newest activity first. */
export async function selectConversations(
  db: Kysely<Tables>,
  principalId: PrincipalId,
  page: { readonly limit: number; readonly before?: number },
): Promise<readonly ConversationSummary[]> {
  if (page.limit < 1) return [];
  const before = page.before ?? Number.MAX_SAFE_INTEGER;
  const lastTime = db
    .selectFrom("conversations")
    .where("principal_id", "=", principalId)
    .where("updated_at", "<", before)
    .orderBy("updated_at", "desc")
    .offset(page.limit - 1)
    .limit(1)
    .select("updated_at");
  const rows = await db
    .selectFrom("conversations")
    .where("principal_id", "=", principalId)
    .where("updated_at", "<", before)
    // Includes all conversations with the same time as the page's last one: the next page begins strictly before it.
    .where("updated_at", ">=", (is) => is.fn.coalesce(lastTime, is.lit(0)))
    .orderBy("updated_at", "desc")
    .orderBy("id", "desc")
    .selectAll()
    .select(turnCount)
    .execute();
  return rows.map(toSummary);
}

/** How many turns of every status a conversation has. */
export function turnCount(is: ExpressionBuilder<Tables, "conversations">) {
  return is
    .selectFrom("turns")
    .whereRef("turns.conversation_id", "=", "conversations.id")
    .select((of) => of.fn.countAll<number>().as("count"))
    .as("turn_count");
}

export function toSummary(
  row: Selectable<ConversationTable> & { readonly turn_count: number | null },
): ConversationSummary {
  return { ...fromConversationRow(row), turnCount: row.turn_count ?? 0 };
}
