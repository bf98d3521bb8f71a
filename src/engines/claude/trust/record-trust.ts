import { existsSync } from "node:fs";
import { readFile, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { replaceFile } from "../../../lib/replace-file.ts";

import { isRecord } from "../../../lib/is-record.ts";
import { findRepository } from "../git/find-repository.ts";
import { holdConfigLock } from "./hold-config-lock.ts";
import { ensureFolder } from "../../../lib/ensure-folder.ts";
import { codeOf } from "../../../lib/error-code.ts";

type Json = Record<string, unknown>;

/** Distinguishes our entries from a person's. Claude Code keeps fields that it does not know. */
const MARK = "trustedByTurnpike";

/**
 * Records that a folder is trusted, in the place where Claude Code itself does, as its own question at a terminal would. Without
 * the record, some of a trusted folder's settings have no effect (permission rules, plugins, helpers for headers, what sub-agents
 * bring along). Entries of ours for folders that are gone are removed. `environment` is Claude Code's.
 */
export async function recordTrust(
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const file = await findConfigFile(environment);
  if (file === undefined) return;
  // Claude Code asks once for a repository with all its worktrees; elsewhere it asks for the folder.
  const keys = [...new Set([folder, ...(await repositoriesOf(folder))])].map((key) => key.normalize("NFC"));
  if (!changed(await readConfig(file), keys)) return;
  await ensureFolder(dirname(file));
  await using _lock = await holdConfigLock(file);
  const config = changed(await readConfig(file), keys);
  if (config) await replaceFile(file, `${JSON.stringify(config, undefined, 2)}\n`);
}

/** The repository in which the folder lies, and the one of which that is a worktree. */
async function repositoriesOf(folder: string): Promise<readonly string[]> {
  const found = await findRepository(folder);
  if (!found) return [];
  const { root, commonFolder } = found;
  return basename(commonFolder) === ".git" ? [root, dirname(commonFolder)] : [root];
}

/** Undefined when all keys are already trusted. */
function changed(config: Json, keys: readonly string[]): Json | undefined {
  const projects = isRecord(config["projects"]) ? config["projects"] : {};
  const missing = keys.filter((key) => !isTrusted(projects[key]));
  if (missing.length === 0) return undefined;
  const kept = Object.entries(projects).filter(
    ([key, entry]) => !(isRecord(entry) && entry[MARK] === true) || existsSync(key),
  );
  const added = missing.map((key) => {
    const known = projects[key];
    return [key, { ...(isRecord(known) ? known : {}), hasTrustDialogAccepted: true, [MARK]: true }];
  });
  return { ...config, projects: Object.fromEntries([...kept, ...added]) };
}

function isTrusted(entry: unknown): boolean {
  return isRecord(entry) && entry["hasTrustDialogAccepted"] === true;
}

/** The file by its real path: people keep it in other folders and link to it. */
async function findConfigFile({
  CLAUDE_CONFIG_DIR,
  HOME,
}: Readonly<Record<string, string>>): Promise<string | undefined> {
  const home = CLAUDE_CONFIG_DIR ?? HOME;
  if (home === undefined) return undefined;
  const old = join(CLAUDE_CONFIG_DIR ?? join(home, ".claude"), ".config.json");
  const file = existsSync(old) ? old : join(home, ".claude.json");
  return realpath(file).catch(() => file);
}

/** Empty when there is no file. @throws when the file holds something else: it is not ours to repair. */
async function readConfig(file: string): Promise<Json> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return "{}";
    throw error;
  });
  const config: unknown = JSON.parse(text);
  if (!isRecord(config)) throw new Error("Claude Code's configuration is no object.");
  return config;
}
