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
      models: changed(body.models, before.bounds.models),
      profiles: changed(body.profiles, before.bounds.profiles),
      workspaces: changed(body.workspaces, before.bounds.workspaces),
      permissionModes: changed(body.permission_modes, before.bounds.permissionModes),
    }),
    limits: withoutNull<KeyLimits>({
      requestsPerMinute: changed(limits.requests_per_minute, before.limits.requestsPerMinute),
      tokensPerMinute: changed(limits.tokens_per_minute, before.limits.tokensPerMinute),
      tokensPerDay: changed(limits.tokens_per_day, before.limits.tokensPerDay),
      turnsAtOnce: changed(limits.turns_at_once, before.limits.turnsAtOnce),
      costPerDayUsd: changed(limits.cost_per_day_usd, before.limits.costPerDayUsd),
      costPerMonthUsd: changed(limits.cost_per_month_usd, before.limits.costPerMonthUsd),
    }),
    logsContent: body.log_content ?? before.logsContent,
    ...(expiresAt != null && { expiresAt }),
  };
}

function changed<Value>(given: Value | null | undefined, before: Value | undefined) {
  return given === undefined ? before : given;
}

/** With every field, so that none is forgotten. */
type Nullable<Whole> = { readonly [Name in keyof Whole]-?: Whole[Name] | null | undefined };

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
