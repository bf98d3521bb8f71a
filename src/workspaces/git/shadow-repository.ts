import { readdirSync, readFileSync, statSync } from "node:fs";
import { readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { GitRepository } from "./git-repository.ts";
import { sha256 } from "../../lib/sha256.ts";
import { ensureFolder } from "../../lib/ensure-folder.ts";

const HASH_BYTES = { sha1: 20, sha256: 32 } as const;

/**
 * A git folder of our own that borrows the index and the objects of a real one in order to read them. The real one is not
 * written to, and its configuration, which could name programs to run, is not read.
 */
export interface ShadowRepository {
  readonly gitFolder: string;
  readonly hashBytes: number;
}

/** Keeps one shadow for each repository, in a folder that only we can read. */
export class ShadowRepositories {
  readonly #folder: string;
  readonly #excludesFile: () => Promise<string | undefined>;
  readonly #known = new Map<string, Promise<ShadowRepository>>();

  constructor(scratchFolder: string, excludesFile: () => Promise<string | undefined>) {
    this.#folder = scratchFolder;
    this.#excludesFile = excludesFile;
  }

  open(repository: GitRepository): Promise<ShadowRepository> {
    const known = this.#known.get(repository.gitFolder);
    if (known) return known;
    const shadow = this.#create(repository);
    this.#known.set(repository.gitFolder, shadow);
    shadow.catch(() => this.#known.delete(repository.gitFolder));
    return shadow;
  }

  async #create(repository: GitRepository): Promise<ShadowRepository> {
    const name = sha256(repository.gitFolder).slice(0, 32);
    const gitFolder = join(this.#folder, `shadow-${name}`);
    const hash = hashOf(repository);
    const excludesFile = await this.#excludesFile();
    await rm(gitFolder, { recursive: true, force: true });
    for (const folder of ["", "objects", "objects/info", "refs", "info"]) {
      await ensureFolder(join(gitFolder, folder), 0o700);
    }
    await writeFile(join(gitFolder, "HEAD"), "ref: refs/heads/main\n");
    await writeFile(join(gitFolder, "config"), configuration(hash, excludesFile));
    await writeFile(
      join(gitFolder, "objects/info/alternates"),
      `${quoteForList(join(repository.commonFolder, "objects"))}\n`,
    );
    await symlink(join(repository.gitFolder, "index"), join(gitFolder, "index"));
    await symlink(join(repository.commonFolder, "info/exclude"), join(gitFolder, "info/exclude"));
    return { gitFolder, hashBytes: HASH_BYTES[hash] };
  }
}

/** A split index keeps most of itself in a second file, whose name changes. */
export async function linkSharedIndexes(repository: GitRepository, shadow: ShadowRepository): Promise<void> {
  const shared = readdirSync(repository.gitFolder).filter((name) => name.startsWith("sharedindex."));
  for (const name of shared) {
    const link = join(shadow.gitFolder, name);
    await rm(link, { force: true });
    await symlink(join(repository.gitFolder, name), link);
  }
}

/** Whether attributes may make the files on disk differ from what this repository stores. */
export async function usesFilters(
  repository: GitRepository,
  attributeFiles: readonly string[],
): Promise<boolean> {
  const paths = [
    join(repository.commonFolder, "info/attributes"),
    ...attributeFiles.map((path) => join(repository.root, path)),
  ];
  for (const path of paths) {
    const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
    if (isFile && /\b(filter|ident|working-tree-encoding)\b/.test(await readFile(path, "utf8"))) return true;
  }
  return false;
}

function hashOf(repository: GitRepository): keyof typeof HASH_BYTES {
  const text = readFileSync(join(repository.commonFolder, "config"), "utf8");
  return /^\s*objectformat\s*=\s*"?sha256/im.test(text) ? "sha256" : "sha1";
}

function configuration(hash: string, excludesFile: string | undefined): string {
  const isMac = process.platform === "darwin";
  return [
    "[core]",
    `\trepositoryformatversion = ${hash === "sha256" ? 1 : 0}`,
    "\tbare = false",
    "\tfsmonitor = false",
    "\thooksPath = /dev/null",
    `\tignorecase = ${isMac || process.platform === "win32"}`,
    `\tprecomposeunicode = ${isMac}`,
    ...(excludesFile === undefined ? [] : [`\texcludesFile = ${quoteForConfiguration(excludesFile)}`]),
    ...(hash === "sha256" ? ["[extensions]", "\tobjectformat = sha256"] : []),
    "",
  ].join("\n");
}

function quoteForConfiguration(text: string): string {
  return `"${text.replaceAll(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}

/** Quotes a path for git only if git would otherwise misread it. */
function quoteForList(path: string): string {
  return /^["#]|\n/.test(path) ? `"${path.replaceAll(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"` : path;
}
