import type { Selectable, Transaction } from "kysely";

import type { ConversationId, PrincipalId } from "../../core/words/ids.ts";
import type { Metadata, Page } from "../../core/ports/completion-store.ts";
import type {
  ConversationItem,
  ConversationItemStore,
  ItemConversation,
} from "../../core/ports/conversation-items.ts";
import type { ItemPage } from "../../core/ports/response-store.ts";
import type { Retention } from "../../core/words/retention.ts";
import type { Database } from "../database/database.ts";
import { fromStoredJson, fromStoredText, toStoredJson, toStoredText } from "../database/stored-text.ts";
import type { ConversationItemTable, ConversationTable, Tables } from "../database/tables.ts";
import { addItems, removeItems } from "./write-items.ts";

type ConversationRow = Pick<Selectable<ConversationTable>, "id" | "principal_id" | "metadata" | "created_at">;

const COLUMNS = ["id", "principal_id", "metadata", "created_at"] as const;

/** Items of conversations in a SQL database. The queries are the same for SQLite and Postgres. */
export class SqlConversationItems implements ConversationItemStore {
  readonly #database: Database;
  readonly isEnabled: boolean;

  constructor(database: Database, retention: Retention) {
    this.#database = database;
    this.isEnabled = retention.content === "keep";
  }

  async createConversation(
    { id, principalId, metadata, createdAt }: ItemConversation,
    items: readonly ConversationItem[],
  ): Promise<void> {
    if (!this.isEnabled) return;
    await this.#writeAs(principalId, async (transaction) => {
      const row = {
        id,
        principal_id: principalId,
        // It gets a name, so that only requests that name it continue it.
        name: toStoredText(id),
        profile: toStoredText(""),
        model: toStoredText(""),
        metadata: toStoredJson(metadata),
        created_at: createdAt,
        updated_at: createdAt,
      };
      await transaction.insertInto("conversations").values(row).execute();
      await addItems(transaction, id, items, createdAt);
    });
  }

  async adoptConversation(
    principalId: PrincipalId,
    id: ConversationId,
    items: readonly ConversationItem[],
    at: number,
  ): Promise<boolean> {
    if (!this.isEnabled) return false;
    return this.#writeAs(principalId, async (transaction) => {
      const known = await transaction
        .selectFrom("conversations")
        .where("id", "=", id)
        .where("principal_id", "=", principalId)
        .select(["name", "metadata"])
        .executeTakeFirst();
      if (known === undefined) return false;
      if (known.metadata !== null) return true;
      await transaction
        .updateTable("conversations")
        .set({ metadata: toStoredJson<Metadata>({}), name: known.name ?? toStoredText(id) })
        .where("id", "=", id)
        .execute();
      await addItems(transaction, id, items, at);
      return true;
    });
  }

  async findConversation(principalId: PrincipalId, nameOrId: string): Promise<ItemConversation | undefined> {
    const name = toStoredText(nameOrId);
    const rows = await this.#db
      .selectFrom("conversations")
      .where("principal_id", "=", principalId)
      .where("metadata", "is not", null)
      // Proof for the cast: used only for comparing text; the encoding does not change any character of an id.
      .where((is) => is.or([is("name", "=", name), is("id", "=", name as string as ConversationId)]))
      .select(COLUMNS)
      .execute();
    return toConversation(rows.find(({ id }) => id === nameOrId) ?? rows[0]);
  }

  async updateMetadata(
    principalId: PrincipalId,
    id: ConversationId,
    metadata: Metadata,
  ): Promise<ItemConversation | undefined> {
    const row = await this.#db
      .updateTable("conversations")
      .set({ metadata: toStoredJson(metadata) })
      .where("id", "=", id)
      .where("principal_id", "=", principalId)
      .where("metadata", "is not", null)
      .returning(COLUMNS)
      .executeTakeFirst();
    return toConversation(row);
  }

  async loadItems(principalId: PrincipalId, id: ConversationId): Promise<readonly ConversationItem[]> {
    const rows = await this.#select(principalId, id)
      .where("item", "is not", null)
      .orderBy("position")
      .select(["items.id", "item"])
      .execute();
    return rows.flatMap(toItem);
  }

  async listItems(
    principalId: PrincipalId,
    id: ConversationId,
    { limit, order, after }: ItemPage,
  ): Promise<Page<ConversationItem> | undefined> {
    const items = this.#select(principalId, id);
    const place =
      after === undefined
        ? undefined
        : await items.where("items.id", "=", toStoredText(after)).select("position").executeTakeFirst();
    if (after !== undefined && !place) return undefined;
    const rows = await items
      .where("item", "is not", null)
      .$if(place !== undefined, (all) =>
        all.where("position", order === "asc" ? ">" : "<", place?.position ?? 0),
      )
      .orderBy("position", order)
      .limit(limit + 1)
      .select(["items.id", "item"])
      .execute();
    return { items: rows.slice(0, limit).flatMap(toItem), hasMore: rows.length > limit };
  }

  async findItem(
    principalId: PrincipalId,
    id: ConversationId,
    itemId: string,
  ): Promise<ConversationItem | undefined> {
    const row = await this.#select(principalId, id)
      .where("items.id", "=", toStoredText(itemId))
      .select(["items.id", "item"])
      .executeTakeFirst();
    return row && toItem(row)[0];
  }

  appendItems(
    principalId: PrincipalId,
    id: ConversationId,
    items: readonly ConversationItem[],
    at: number,
  ): Promise<boolean> {
    return this.#writeTo(principalId, id, (transaction) => addItems(transaction, id, items, at));
  }

  replaceItems(
    principalId: PrincipalId,
    id: ConversationId,
    items: readonly ConversationItem[],
    at: number,
  ): Promise<boolean> {
    return this.#writeTo(principalId, id, async (transaction) => {
      await removeItems(transaction, id);
      await addItems(transaction, id, items, at);
    });
  }

  async deleteItem(principalId: PrincipalId, id: ConversationId, itemId: string): Promise<boolean> {
    let isDeleted = false;
    await this.#writeTo(principalId, id, async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable("conversation_items")
        .set({ item: null })
        .where("conversation_id", "=", id)
        .where("id", "=", toStoredText(itemId))
        .where("item", "is not", null)
        .executeTakeFirst();
      isDeleted = numUpdatedRows > 0n;
    });
    return isDeleted;
  }

  #select(principalId: PrincipalId, id: ConversationId) {
    return this.#db
      .selectFrom("conversation_items as items")
      .innerJoin("conversations", "conversations.id", "items.conversation_id")
      .where("items.conversation_id", "=", id)
      .where("conversations.principal_id", "=", principalId);
  }

  get #db() {
    return this.#database.db;
  }

  /** Returns false when the principal has no such conversation with items. */
  #writeTo(
    principalId: PrincipalId,
    id: ConversationId,
    write: (transaction: Transaction<Tables>) => Promise<void>,
  ): Promise<boolean> {
    return this.#writeAs(principalId, async (transaction) => {
      const known = await transaction
        .selectFrom("conversations")
        .where("id", "=", id)
        .where("principal_id", "=", principalId)
        .where("metadata", "is not", null)
        .select("id")
        .executeTakeFirst();
      if (known === undefined) return false;
      await write(transaction);
      return true;
    });
  }

  #writeAs<Result>(
    principalId: PrincipalId,
    write: (transaction: Transaction<Tables>) => Promise<Result>,
  ): Promise<Result> {
    return this.#db.transaction().execute(async (transaction) => {
      await this.#database.lockPrincipal(transaction, principalId);
      return write(transaction);
    });
  }
}

function toConversation(row: ConversationRow | undefined): ItemConversation | undefined {
  if (!row || row.metadata === null) return undefined;
  return {
    id: row.id,
    principalId: row.principal_id,
    metadata: fromStoredJson(row.metadata),
    createdAt: row.created_at,
  };
}

/** Empty for a deleted item. */
function toItem(row: Pick<Selectable<ConversationItemTable>, "id" | "item">): readonly ConversationItem[] {
  return row.item === null ? [] : [{ id: fromStoredText(row.id), item: fromStoredJson(row.item) }];
}
