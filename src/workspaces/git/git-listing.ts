import { readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

import { decodeName } from "../files/file-name.ts";
import { GitIndex } from "./git-index.ts";
import type { GitProgram } from "./git-program.ts";
import type { GitRepository } from "./git-repository.ts";
import {
  linkSharedIndexes,
  type ShadowRepositories,
  type ShadowRepository,
  usesFilters,
} from "./shadow-repository.ts";

const MAX_INDEX_BYTES = 512 * 1024 * 1024;

/** An index that was read, and its file's stat, which tells whether it has changed. */
interface ReadIndex {
  readonly key: string;
  readonly index: GitIndex;
}

/** Asks git which files a repository has, without leaving a trace in it. */
export class GitListing {
  readonly #git: GitProgram;
  readonly #shadows: ShadowRepositories;
  /** The last index of each repository, since it seldom changes between two readings. */
  readonly #indexes = new Map<string, ReadIndex>();

  constructor(git: GitProgram, shadows: ShadowRepositories) {
    this.#git = git;
    this.#shadows = shadows;
  }

  /** Runs a git command on the repository through its shadow. */
  async run(
    repository: GitRepository,
    arguments_: readonly string[],
    options: { readonly folder?: string; readonly input?: string; readonly signal: AbortSignal },
  ): Promise<Buffer> {
    const shadow = await this.#shadows.open(repository);
    return this.#git.run([`--git-dir=${shadow.gitFolder}`, `--work-tree=${repository.root}`, ...arguments_], {
      folder: options.folder ?? repository.root,
      signal: options.signal,
      ...(options.input !== undefined && { input: options.input }),
    });
  }

  /** The files git tracks; undefined before the first `git add`, or when the index format is not supported. */
  async readIndex(repository: GitRepository): Promise<GitIndex | undefined> {
    const path = join(repository.gitFolder, "index");
    const shadow = await this.#shadows.open(repository);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat?.isFile() || stat.size > MAX_INDEX_BYTES) return undefined;
    const key = `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`;
    const known = this.#indexes.get(path);
    if (known?.key === key) return known.index;
    try {
      const index = new GitIndex(readFileSync(path), shadow.hashBytes, stat.mtimeMs);
      this.#remember(path, { key, index });
      return index;
    } catch {
      return undefined;
    }
  }

  /** The names of tracked files, for an index that we cannot read. How git last saw the files is then unknown. */
  async listTracked(repository: GitRepository, folder: string, signal: AbortSignal): Promise<string[]> {
    const shadow: ShadowRepository = await this.#shadows.open(repository);
    await linkSharedIndexes(repository, shadow);
    return splitNames(await this.run(repository, ["ls-files", "--cached", "-z"], { folder, signal }));
  }

  /**
   * Files that are neither tracked nor ignored, relative to `folder`. A nested repository ends in a slash.
   * @param excluded paths in the folder that git need not walk; a trailing `*` matches any rest of a name
   */
  async listUntracked(
    repository: GitRepository,
    folder: string,
    signal: AbortSignal,
    excluded: readonly string[] = [],
  ): Promise<string[]> {
    // Patterns are relative to the root of the repository.
    const top = relative(repository.root, folder);
    const patterns = excluded.map((path) => `--exclude=/${escapePattern(join(top, path))}`);
    const arguments_ = ["ls-files", "--others", "--exclude-standard", ...patterns, "-z"];
    return splitNames(await this.run(repository, arguments_, { folder, signal }));
  }

  /** Whether the repository ignores the folder inside it. */
  async isIgnored(repository: GitRepository, folder: string, signal: AbortSignal): Promise<boolean> {
    if (folder === repository.root) return false;
    try {
      await this.run(repository, ["check-ignore", "--quiet", "--", folder], { signal });
      return true;
    } catch {
      signal.throwIfAborted();
      return false;
    }
  }

  hasFilters(repository: GitRepository, index: GitIndex | undefined): Promise<boolean> {
    return usesFilters(repository, [".gitattributes", ...(index?.attributeFiles ?? [])]);
  }

  #remember(path: string, read: ReadIndex): void {
    this.#indexes.delete(path);
    this.#indexes.set(path, read);
    const [oldest] = this.#indexes.keys();
    if (this.#indexes.size > 8 && oldest !== undefined) this.#indexes.delete(oldest);
  }
}

/** Escapes a path so that it matches only itself, apart from a trailing `*`. */
function escapePattern(path: string): string {
  return path
    .split(sep)
    .join("/")
    .replaceAll(/[[\]?\\]|\*(?!$)| $/g, "\\$&");
}

function splitNames(output: Buffer): string[] {
  const text = output.toString();
  if (!text.includes("\uFFFD") && !text.includes("\\x"))
    return text.split("\0").filter((name) => name !== "");
  const names: string[] = [];
  for (let start = 0; start < output.length;) {
    const end = output.indexOf(0, start);
    names.push(decodeName(output.subarray(start, end)));
    start = end + 1;
  }
  return names;
}
