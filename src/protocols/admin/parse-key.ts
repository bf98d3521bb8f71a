import { isAbsolute } from "node:path";

import type { KeyBounds, KeyLimits, KeySettings } from "../../core/words/api-key.ts";
import { RequestError } from "../request-error.ts";
import { keyChangesSchema, type KeySettingsBody, newKeySchema, rotationSchema } from "./key-schemas.ts";
import { parseAdminBody } from "./parse-admin-body.ts";

const NEW_KEY: KeySettings = { name: "", role: "client", bounds: {}, limits: {}, logsContent: false };

/** @throws RequestError */
export function parseNewKey(body: unknown): KeySettings {
  return applyChanges(NEW_KEY, parseAdminBody(newKeySchema, body));
}

/**
 * What a body changes of a key's settings.
 * @throws RequestError
 */
export function parseKeyChanges(body: unknown): (settings: KeySettings) => KeySettings {
  const changes = parseAdminBody(keyChangesSchema, body);
  return (settings) => applyChanges(settings, changes);
}

/** How long the earlier secrets stay valid, in milliseconds. @throws RequestError */
export function parseRotation(body: unknown): number {
  return (parseAdminBody(rotationSchema, body).grace_seconds ?? 0) * 1000;
}

function applyChanges(before: KeySettings, body: KeySettingsBody): KeySettings {
  const { approve = before.approve, expires_at: expiresAt = before.expiresAt, limits = {} } = body;
  requireAbsolute(body.workspaces);
  return {
    name: body.name ?? before.name,
    role: body.role ?? before.role,
    ...(approve != null && { approve }),
    bounds: withoutNull<KeyBounds>({
      models: body.models === undefined ? before.bounds.models : body.models,
      profiles: body.profiles === undefined ? before.bounds.profiles : body.profiles,
      workspaces: body.workspaces === undefined ? before.bounds.workspaces : body.workspaces,
      permissionModes:
        body.permission_modes === undefined ? before.bounds.permissionModes : body.permission_modes,
    }),
    limits: withoutNull<KeyLimits>({
      ...before.limits,
      ...(limits.requests_per_minute !== undefined && { requestsPerMinute: limits.requests_per_minute }),
      ...(limits.tokens_per_minute !== undefined && { tokensPerMinute: limits.tokens_per_minute }),
      ...(limits.tokens_per_day !== undefined && { tokensPerDay: limits.tokens_per_day }),
      ...(limits.turns_at_once !== undefined && { turnsAtOnce: limits.turns_at_once }),
      ...(limits.cost_per_day_usd !== undefined && { costPerDayUsd: limits.cost_per_day_usd }),
      ...(limits.cost_per_month_usd !== undefined && { costPerMonthUsd: limits.cost_per_month_usd }),
    }),
    logsContent: body.log_content ?? before.logsContent,
    ...(expiresAt != null && { expiresAt }),
  };
}

type Nullable<Whole> = { readonly [Name in keyof Whole]: Whole[Name] | null | undefined };

function withoutNull<Whole extends object>(given: Nullable<Whole>): Whole {
  // Proof for the cast: what is left has the types of `Whole`, all of whose fields are optional.
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value != null)) as Whole;
}

function requireAbsolute(workspaces: readonly string[] | null | undefined): void {
  const index = workspaces?.findIndex((path) => !isAbsolute(path)) ?? -1;
  if (index === -1) return;
  const message = `Invalid 'workspaces[${index}]': expected an absolute path.`;
  throw new RequestError("invalid_value", message, `workspaces[${index}]`);
}
