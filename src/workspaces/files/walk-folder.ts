import { closeSync, constants, type Dirent, fstatSync, openSync, readdirSync, readFileSync } from "node:fs";

import type { IsExcluded } from "./excluded-paths.ts";
import { decodeName, protectName, toSystemPath } from "./file-name.ts";
import { type IgnoreRules, parseIgnoreRules } from "./ignore-rules.ts";

interface ScopedRules {
  /** The folder of the rules with a trailing slash, or empty. */
  readonly prefix: string;
  readonly rules: IgnoreRules;
}

const NEVER_WALKED = new Set([".git", "node_modules"]);
/** Enough files to be worth handing to another thread. */
const BATCH_FILES = 4000;
const MAX_RULES_BYTES = 1024 * 1024;

/**
 * Finds the files of a folder outside git repositories, leaving out packages and everything that a `.gitignore` excludes.
 * Passes them to `onFiles` as they are found, relative to the folder, and returns the nested repositories, which it does not
 * walk. It may go slightly beyond `maxFiles`, to show that there are more.
 */
export function walkFolder(
  folder: string,
  maxFiles: number,
  isExcluded: IsExcluded,
  onFiles: (paths: readonly string[]) => void,
): string[] {
  const nested: string[] = [];
  let files: string[] = [];
  let filesLeft = maxFiles;
  const waiting: { prefix: string; rules: readonly ScopedRules[] }[] = [{ prefix: "", rules: [] }];
  for (let at = waiting.pop(); at && files.length <= filesLeft; at = waiting.pop()) {
    const { prefix } = at;
    const entries = readFolder(folder, prefix);
    if (prefix !== "" && entries.some(({ name }) => name === ".git")) {
      nested.push(prefix.slice(0, -1));
      continue;
    }
    const rules = [...at.rules, ...readRules(folder, prefix, entries)];
    for (const { name, isFolder } of entries) {
      if (NEVER_WALKED.has(name)) continue;
      const path = prefix + name;
      if (isExcluded(path) || (rules.length > 0 && isIgnored(path, isFolder, rules))) continue;
      if (isFolder) waiting.push({ prefix: `${path}/`, rules });
      else files.push(path);
    }
    if (files.length < BATCH_FILES || files.length > filesLeft) continue;
    filesLeft -= files.length;
    onFiles(files);
    files = [];
  }
  onFiles(files);
  return nested;
}

function isIgnored(path: string, isFolder: boolean, rules: readonly ScopedRules[]): boolean {
  for (const { prefix, rules: each } of rules.toReversed()) {
    const decision = each.decide(path.slice(prefix.length), isFolder);
    if (decision) return decision === "ignored";
  }
  return false;
}

function readFolder(folder: string, prefix: string): { name: string; isFolder: boolean }[] {
  const path = toSystemPath(folder, prefix);
  try {
    const entries: Dirent[] = readdirSync(path, { withFileTypes: true });
    if (!entries.some(({ name }) => name.includes("\uFFFD"))) return entries.filter(isKept).map(describe);
    return readdirSync(path, { withFileTypes: true, encoding: "buffer" })
      .filter(isKept)
      .map((entry) => ({ name: decodeName(entry.name), isFolder: entry.isDirectory() }));
  } catch {
    // Deleted in the meantime, or not readable.
    return [];
  }
}

function describe(entry: Dirent): { name: string; isFolder: boolean } {
  return { name: protectName(entry.name), isFolder: entry.isDirectory() };
}

function isKept(entry: Pick<Dirent, "isFile" | "isDirectory" | "isSymbolicLink">): boolean {
  return entry.isFile() || entry.isDirectory() || entry.isSymbolicLink();
}

function readRules(folder: string, prefix: string, entries: readonly { name: string }[]): ScopedRules[] {
  if (!entries.some(({ name }) => name === ".gitignore")) return [];
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  let file: number;
  try {
    file = openSync(toSystemPath(folder, `${prefix}.gitignore`), flags);
  } catch {
    return [];
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > MAX_RULES_BYTES) return [];
    return [{ prefix, rules: parseIgnoreRules(readFileSync(file, "utf8")) }];
  } finally {
    closeSync(file);
  }
}
