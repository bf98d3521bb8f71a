import type { ApiKey } from "../../core/words/api-key.ts";
import type { KeyBody, KeyListBody, KeyWithSecretBody } from "./key-schemas.ts";

/** `now`: milliseconds since the epoch. */
export function formatKey(key: ApiKey, now: number): KeyBody {
  const { bounds, limits } = key;
  return {
    id: key.id,
    object: "api_key",
    name: key.name,
    prefix: key.prefix,
    status: statusOf(key, now),
    role: key.role,
    approve: key.approve ?? null,
    models: listOrNull(bounds.models),
    profiles: listOrNull(bounds.profiles),
    workspaces: listOrNull(bounds.workspaces),
    permission_modes: listOrNull(bounds.permissionModes),
    limits: {
      requests_per_minute: limits.requestsPerMinute ?? null,
      tokens_per_minute: limits.tokensPerMinute ?? null,
      tokens_per_day: limits.tokensPerDay ?? null,
      turns_at_once: limits.turnsAtOnce ?? null,
      cost_per_day_usd: limits.costPerDayUsd ?? null,
      cost_per_month_usd: limits.costPerMonthUsd ?? null,
    },
    log_content: key.logsContent,
    created_at: key.createdAt,
    expires_at: key.expiresAt ?? null,
    revoked_at: key.revokedAt ?? null,
  };
}

export function formatKeyList(keys: readonly ApiKey[], now: number): KeyListBody {
  return { object: "list", data: keys.map((key) => formatKey(key, now)) };
}

/** The one time that the secret is told. */
export function formatNewKey(
  { key, secret }: { readonly key: ApiKey; readonly secret: string },
  now: number,
): KeyWithSecretBody {
  return { ...formatKey(key, now), key: secret };
}

function statusOf({ revokedAt, expiresAt }: ApiKey, now: number): KeyBody["status"] {
  if (revokedAt !== undefined) return "revoked";
  return expiresAt !== undefined && expiresAt <= now ? "expired" : "active";
}

function listOrNull<Item>(list: readonly Item[] | undefined): Item[] | null {
  return list ? [...list] : null;
}
