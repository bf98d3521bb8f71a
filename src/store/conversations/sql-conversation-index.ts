import type {
  ConversationFilter,
  ConversationIndex,
  ConversationPage,
} from "../../core/ports/conversation-index.ts";
import type { ConversationSummary } from "../../core/ports/conversation-store.ts";
import type { ConversationId, PrincipalId } from "../../core/words/ids.ts";
import type { Database } from "../database/database.ts";
import { toStoredText } from "../database/stored-text.ts";
import { toSummary, turnCount } from "./select-conversations.ts";

/** The conversations of all principals in a SQL database. */
export class SqlConversationIndex implements ConversationIndex {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async listAll(
    { principalId, profile, only, without = [] }: ConversationFilter,
    { limit, after }: ConversationPage,
  ): Promise<readonly ConversationSummary[]> {
    if (only?.length === 0) return [];
    let query = this.#database.db.selectFrom("conversations");
    if (principalId !== undefined) query = query.where("principal_id", "=", principalId);
    if (profile !== undefined) query = query.where("profile", "=", toStoredText(profile));
    if (only) query = query.where("id", "in", only);
    if (without.length > 0) query = query.where("id", "not in", without);
    if (after) {
      const { updatedAt, id } = after;
      query = query.where((is) =>
        is.or([
          is("updated_at", "<", updatedAt),
          // Proof for the cast: it is only compared.
          is.and([is("updated_at", "=", updatedAt), is("id", "<", id as ConversationId)]),
        ]),
      );
    }
    const rows = await query
      .orderBy("updated_at", "desc")
      .orderBy("id", "desc")
      .limit(limit)
      .selectAll()
      .select(turnCount)
      .execute();
    return rows.map(toSummary);
  }

  async ownerOf(id: ConversationId): Promise<PrincipalId | undefined> {
    const row = await this.#database.db
      .selectFrom("conversations")
      .where("id", "=", id)
      .select("principal_id")
      .executeTakeFirst();
    return row?.principal_id;
  }
}
