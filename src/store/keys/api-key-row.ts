import type { ApiKey, KeySettings } from "../../core/words/api-key.ts";
import { fromStoredJson } from "../database/stored-text.ts";
import type { ApiKeyTable } from "../database/tables.ts";

export function toApiKey({ id, prefix, settings, created_at, revoked_at }: ApiKeyTable): ApiKey {
  return {
    ...fromStoredJson(settings),
    id,
    prefix,
    createdAt: created_at,
    ...(revoked_at !== null && { revokedAt: revoked_at }),
  };
}

/** What of a key is one column, so that a new setting needs no new one. */
export function settingsOf(key: ApiKey): KeySettings {
  const { id: _id, prefix: _prefix, createdAt: _createdAt, revokedAt: _revokedAt, ...settings } = key;
  return settings;
}
