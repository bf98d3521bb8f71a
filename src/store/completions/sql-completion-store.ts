import type { Transaction } from "kysely";
import type { PrincipalId } from "../../core/words/ids.ts";
import type {
  CompletionQuery,
  CompletionStore,
  Metadata,
  Page,
  PageRequest,
  StoredCompletion,
  StoredMessage,
  WireObject,
} from "../../core/ports/completion-store.ts";
import type { Retention } from "../../core/words/retention.ts";
import { fromCompletionRow, toCompletionRow, toTags } from "./completion-row.ts";
import type { Database } from "../database/database.ts";
import { listCompletions } from "./list-completions.ts";
import { fromStoredJson, type StoredText, toStoredJson, toStoredText } from "../database/stored-text.ts";
import type { Tables } from "../database/tables.ts";

/** Stored completions in a SQL database. The queries are the same for SQLite and Postgres. */
export class SqlCompletionStore implements CompletionStore {
  readonly #database: Database;
  readonly isEnabled: boolean;

  constructor(database: Database, retention: Retention) {
    this.#database = database;
    this.isEnabled = retention.content === "keep";
  }

  async saveCompletion(completion: StoredCompletion, messages: readonly WireObject[]): Promise<void> {
    if (!this.isEnabled) return;
    await this.#write((transaction) => saveCompletion(transaction, completion, messages));
  }

  async findCompletion(principalId: PrincipalId, id: string): Promise<StoredCompletion | undefined> {
    const row = await this.#select(principalId, id).selectAll().executeTakeFirst();
    return row && fromCompletionRow(row);
  }

  listCompletions(
    principalId: PrincipalId,
    query: CompletionQuery,
  ): Promise<Page<StoredCompletion> | undefined> {
    return listCompletions(this.#database.db, principalId, query);
  }

  async listMessages(
    principalId: PrincipalId,
    id: string,
    { limit, order, after }: PageRequest<number>,
  ): Promise<Page<StoredMessage> | undefined> {
    const completion = await this.#select(principalId, id).select("id").executeTakeFirst();
    if (completion === undefined) return undefined;
    const rows = await this.#database.db
      .selectFrom("stored_completion_messages")
      .where("completion_id", "=", toStoredText(id))
      .$if(after !== undefined, (all) => all.where("position", order === "asc" ? ">" : "<", after ?? 0))
      .orderBy("position", order)
      .limit(limit + 1)
      .select(["position", "message"])
      .execute();
    const items = rows
      .slice(0, limit)
      .map(({ position, message }) => ({ position, message: fromStoredJson(message) }));
    return { items, hasMore: rows.length > limit };
  }

  updateMetadata(
    principalId: PrincipalId,
    id: string,
    metadata: Metadata,
  ): Promise<StoredCompletion | undefined> {
    return this.#write(async (transaction) => {
      const row = await transaction
        .updateTable("stored_completions")
        .set({ metadata: toStoredJson(metadata) })
        .where("id", "=", toStoredText(id))
        .where("principal_id", "=", principalId)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) return undefined;
      await transaction.deleteFrom("stored_completion_tags").where("completion_id", "=", row.id).execute();
      await saveTags(transaction, row.id, metadata);
      return fromCompletionRow(row);
    });
  }

  deleteCompletion(principalId: PrincipalId, id: string, deletedAt: number): Promise<boolean> {
    return this.#write((transaction) =>
      deleteCompletion(transaction, principalId, toStoredText(id), deletedAt),
    );
  }

  #select(principalId: PrincipalId, id: string) {
    return this.#database.db
      .selectFrom("stored_completions")
      .where("id", "=", toStoredText(id))
      .where("principal_id", "=", principalId);
  }

  #write<Result>(write: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result> {
    return this.#database.db.transaction().execute(write);
  }
}

/** How long a client may continue paging from a completion that it has deleted. */
const KEEP_PLACE_MS = 60 * 60 * 1000;

/** Runs inside a transaction. Messages and tags are deleted too; only the position in the order is kept for a while. */
async function deleteCompletion(
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

/** Three parameters per row: far below the limit for one statement in either database. */
const ROWS_AT_ONCE = 1_000;

/** Runs inside a transaction. */
async function saveCompletion(
  transaction: Transaction<Tables>,
  completion: StoredCompletion,
  messages: readonly WireObject[],
): Promise<void> {
  const row = toCompletionRow(completion);
  await transaction.insertInto("stored_completions").values(row).execute();
  await saveTags(transaction, row.id, completion.metadata);
  for (let start = 0; start < messages.length; start += ROWS_AT_ONCE) {
    const rows = messages.slice(start, start + ROWS_AT_ONCE).map((message, index) => ({
      completion_id: row.id,
      position: start + index,
      message: toStoredJson(message),
    }));
    await transaction.insertInto("stored_completion_messages").values(rows).execute();
  }
}

/** Runs inside a transaction. */
async function saveTags(transaction: Transaction<Tables>, id: StoredText, metadata: Metadata): Promise<void> {
  const tags = toTags(metadata).map((tag) => ({ completion_id: id, tag }));
  if (tags.length > 0) await transaction.insertInto("stored_completion_tags").values(tags).execute();
}
