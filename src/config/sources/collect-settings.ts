import type { ChangedSettings } from "../changed/changed-settings.ts";
import { SETTINGS } from "../schema/config-schema.ts";
import { isRecord } from "../../lib/is-record.ts";
import type { Origin } from "./origin.ts";
import type { Environment } from "./process-environment.ts";
import { readEnvironmentSettings } from "./read-environment-settings.ts";
import { valueAt } from "./value-at.ts";

/** What a person gave, by source. */
export interface SettingSources {
  /** Keyed by setting; switches are `true`, lists are arrays. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly environment: Environment;
  readonly file: { readonly path: string; readonly settings: Readonly<Record<string, unknown>> } | undefined;
}

/** Unvalidated settings, merged in the shape of the file, with each setting's origin by key. */
export interface CollectedSettings {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly origins: ReadonlyMap<string, Origin>;
}

/**
 * Merges the sources: flags override the environment, which overrides the file. A list is replaced as a whole, never merged.
 */
export function collectSettings({ flags, environment, file }: SettingSources): CollectedSettings {
  const raw = structuredClone<Record<string, unknown>>(file?.settings ?? {});
  const origins = new Map<string, Origin>();
  if (file) {
    for (const key of listFileKeys(raw)) origins.set(key, { type: "file", path: file.path, key });
  }
  for (const { key, name, value } of readEnvironmentSettings(environment)) {
    if (setAt(raw, key, value)) origins.set(key, { type: "environment", name });
  }
  for (const { key, flagName } of SETTINGS) {
    const value = flags[key];
    if (value !== undefined && setAt(raw, key, value)) origins.set(key, { type: "flag", name: flagName });
  }
  return { raw, origins };
}

/** The same, with what was changed while a server ran, as far as nothing else has been given since. */
export function withChangedSettings(
  { raw: given, origins: givenOrigins }: CollectedSettings,
  changed: ChangedSettings,
): CollectedSettings {
  const raw = structuredClone<Record<string, unknown>>(given);
  const origins = new Map(givenOrigins);
  for (const { key } of SETTINGS) {
    const entry = changed[key];
    if (!entry) continue;
    const isLatest = isSame(valueAt(given, key.split(".")) ?? null, entry.instead);
    if (isLatest && setAt(raw, key, entry.value)) origins.set(key, { type: "changed" });
  }
  return { raw, origins };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The keys of settings, with each profile and each model as one key. */
function listFileKeys(raw: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(raw).flatMap(([name, value]) =>
    isRecord(value) ? Object.keys(value).map((inner) => `${name}.${inner}`) : [name],
  );
}

/** False when the file has something other than a group there; the schema's error about that is better. */
function setAt(raw: Record<string, unknown>, key: string, value: unknown): boolean {
  const [group = "", name] = key.split(".");
  if (name === undefined) {
    raw[group] = value;
    return true;
  }
  const inner = (raw[group] ??= {});
  if (!isRecord(inner)) return false;
  inner[name] = value;
  return true;
}
