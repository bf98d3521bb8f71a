import type { Transaction } from "kysely";

import type { ApiKeyStore, FoundKey, StoredSecret } from "../../core/ports/api-key-store.ts";
import type { ApiKey } from "../../core/words/api-key.ts";
import type { PrincipalId } from "../../core/words/ids.ts";
import type { Database } from "../database/database.ts";
import { toStoredJson } from "../database/stored-text.ts";
import type { Tables } from "../database/tables.ts";
import { settingsOf, toApiKey } from "./api-key-row.ts";

/** API keys in a SQL database. */
export class SqlApiKeyStore implements ApiKeyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  createKey(key: ApiKey, hash: string): Promise<void> {
    return this.#database.db.transaction().execute(async (transaction) => {
      await transaction
        .insertInto("api_keys")
        .values({
          id: key.id,
          prefix: key.prefix,
          settings: toStoredJson(settingsOf(key)),
          created_at: key.createdAt,
          revoked_at: null,
        })
        .execute();
      await addSecret(transaction, key.id, hash);
    });
  }

  async listKeys(): Promise<readonly ApiKey[]> {
    const rows = await this.#database.db
      .selectFrom("api_keys")
      .selectAll()
      .orderBy("created_at")
      .orderBy("id")
      .execute();
    return rows.map(toApiKey);
  }

  async findKey(id: PrincipalId): Promise<ApiKey | undefined> {
    const row = await this.#database.db
      .selectFrom("api_keys")
      .selectAll()
      .where("id", "=", id)
      .executeTakeFirst();
    return row && toApiKey(row);
  }

  async findKeyByHash(hash: string): Promise<FoundKey | undefined> {
    const row = await this.#database.db
      .selectFrom("api_key_secrets")
      .innerJoin("api_keys", "api_keys.id", "api_key_secrets.key_id")
      .selectAll("api_keys")
      .select("ends_at")
      .where("hash", "=", hash)
      .executeTakeFirst();
    return row && { key: toApiKey(row), ...(row.ends_at !== null && { secretEndsAt: row.ends_at }) };
  }

  changeKey(id: PrincipalId, change: (key: ApiKey) => ApiKey): Promise<ApiKey | undefined> {
    return this.#change(id, async (transaction, key) => {
      const changed = change(key);
      await transaction
        .updateTable("api_keys")
        .set({ settings: toStoredJson(settingsOf(changed)) })
        .where("id", "=", id)
        .execute();
      return changed;
    });
  }

  rotateKey(id: PrincipalId, { hash, prefix }: StoredSecret, earlierEndAt: number) {
    return this.#change(id, async (transaction, key) => {
      await transaction
        .updateTable("api_key_secrets")
        .set({ ends_at: earlierEndAt })
        .where("key_id", "=", id)
        .where((is) => is.or([is("ends_at", "is", null), is("ends_at", ">", earlierEndAt)]))
        .execute();
      await addSecret(transaction, id, hash);
      await transaction.updateTable("api_keys").set({ prefix }).where("id", "=", id).execute();
      return { ...key, prefix };
    });
  }

  revokeKey(id: PrincipalId, at: number): Promise<ApiKey | undefined> {
    return this.#change(id, async (transaction, key) => {
      await transaction.deleteFrom("api_key_secrets").where("key_id", "=", id).execute();
      await transaction.updateTable("api_keys").set({ revoked_at: at }).where("id", "=", id).execute();
      return { ...key, revokedAt: at };
    });
  }

  #change(
    id: PrincipalId,
    change: (transaction: Transaction<Tables>, key: ApiKey) => Promise<ApiKey>,
  ): Promise<ApiKey | undefined> {
    return this.#database.db.transaction().execute(async (transaction) => {
      await this.#database.lockPrincipal(transaction, id);
      const row = await transaction
        .selectFrom("api_keys")
        .selectAll()
        .where("id", "=", id)
        .where("revoked_at", "is", null)
        .executeTakeFirst();
      return row && change(transaction, toApiKey(row));
    });
  }
}

async function addSecret(transaction: Transaction<Tables>, keyId: PrincipalId, hash: string): Promise<void> {
  await transaction.insertInto("api_key_secrets").values({ hash, key_id: keyId, ends_at: null }).execute();
}
