import { readFileSync } from "node:fs";
import { join } from "node:path";

import { isRecord } from "../../lib/is-record.ts";
import { replaceFile } from "../../lib/replace-file.ts";
import { ConfigError } from "../config-error.ts";
import { codeOf } from "../../lib/error-code.ts";

/** A setting that was changed while a server ran. */
export interface ChangedSetting {
  /** As for a flag. */
  readonly value: string;
  /** What was given elsewhere then. When that is another by now, it is the later word, and this one is void. */
  readonly instead: unknown;
}

export type ChangedSettings = Readonly<Record<string, ChangedSetting>>;

export function changedSettingsFile(dataDir: string): string {
  return join(dataDir, "changed-settings.json");
}

/** @throws ConfigError when it is there and cannot be used */
export function readChangedSettings(dataDir: string): ChangedSettings {
  const path = changedSettingsFile(dataDir);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const code = codeOf(error) ?? "unknown error";
    if (code === "ENOENT" || code === "ENOTDIR") return {};
    throw new ConfigError([`${path} cannot be read (${code}). Give it to this user, or delete it.`], {
      cause: error,
    });
  }
  const settings = parse(text);
  if (settings) return settings;
  throw new ConfigError([
    `${path} is not as Turnpike writes it. Delete it: what was changed while a server ran is then as given elsewhere.`,
  ]);
}

export function writeChangedSettings(dataDir: string, settings: ChangedSettings): Promise<void> {
  return replaceFile(changedSettingsFile(dataDir), `${JSON.stringify(settings, undefined, 2)}\n`);
}

function parse(text: string): ChangedSettings | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(parsed)) return undefined;
  const entries = Object.entries(parsed).flatMap(([key, entry]) =>
    isRecord(entry) && typeof entry["value"] === "string"
      ? [[key, { value: entry["value"], instead: entry["instead"] ?? null }] as const]
      : [],
  );
  return entries.length === Object.keys(parsed).length ? Object.fromEntries(entries) : undefined;
}
