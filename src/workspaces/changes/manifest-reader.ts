import { lstatSync } from "node:fs";
import { dirname } from "node:path";

import { type ExcludedPaths, exclusionOf, type IsExcluded } from "../files/excluded-paths.ts";
import { isFilePath, toSystemPath } from "../files/file-name.ts";
import { STAT_WIDTH } from "../files/file-stats.ts";
import type { GitIndex } from "../git/git-index.ts";
import type { GitListing } from "../git/git-listing.ts";
import { repositoryAbove, type GitRepository, repositoryAt } from "../git/git-repository.ts";
import { Manifest } from "./manifest.ts";
import type { StatReader } from "../files/stat-reader.ts";
import { walkFolder } from "../files/walk-folder.ts";

/** Nested repositories beyond this number are treated as plain folders. */
const MAX_NESTED_REPOSITORIES = 100;

/** Lists a workspace's files with their stats. */
export class ManifestReader {
  readonly #git: GitListing;
  readonly #stats: StatReader;
  readonly #maxFiles: number;
  readonly #excluded: ExcludedPaths;

  constructor(git: GitListing, stats: StatReader, maxFiles: number, excluded: ExcludedPaths) {
    this.#git = git;
    this.#stats = stats;
    this.#maxFiles = maxFiles;
    this.#excluded = excluded;
  }

  /** The repository whose rules apply to the folder; none if it ignores the folder. */
  async repositoryOf(folder: string, signal: AbortSignal): Promise<GitRepository | undefined> {
    const repository = repositoryAbove(folder);
    if (!repository) return undefined;
    try {
      return (await this.#git.isIgnored(repository, folder, signal)) ? undefined : repository;
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }

  /** @param earlier its files are examined even if they are no longer listed */
  async read(
    folder: string,
    repository: GitRepository | undefined,
    signal: AbortSignal,
    earlier?: Manifest,
  ): Promise<Manifest> {
    const excluded = this.#excluded.in(folder);
    const limits = { maxFiles: this.#maxFiles, excluded };
    const reading = new Reading(folder, this.#git, this.#stats, limits, signal);
    if (repository) await reading.addRepository("", repository);
    else await reading.addPlain("");
    if (earlier) reading.addListed(listMissing(earlier, reading.manifest));
    return reading.manifest;
  }
}

/** A single reading. Paths are relative to the workspace; a prefix is empty or ends in a slash. */
class Reading {
  readonly manifest = new Manifest();
  readonly #folder: string;
  readonly #git: GitListing;
  readonly #stats: StatReader;
  readonly #signal: AbortSignal;
  readonly #excluded: readonly string[];
  readonly #isExcluded: IsExcluded;
  readonly #isRealFolder = new Map<string, boolean>([["", true]]);
  #filesLeft: number;
  #repositoriesLeft = MAX_NESTED_REPOSITORIES;

  constructor(
    folder: string,
    git: GitListing,
    stats: StatReader,
    { maxFiles, excluded }: { readonly maxFiles: number; readonly excluded: readonly string[] },
    signal: AbortSignal,
  ) {
    this.#folder = folder;
    this.#git = git;
    this.#stats = stats;
    this.#filesLeft = maxFiles;
    this.#excluded = excluded;
    this.#isExcluded = exclusionOf(excluded);
    this.#signal = signal;
  }

  has(path: string): boolean {
    return this.manifest.positionOf(path) !== undefined;
  }

  async addRepository(prefix: string, repository: GitRepository): Promise<void> {
    const folder = prefix === "" ? this.#folder : `${this.#folder}/${prefix.slice(0, -1)}`;
    // Git looks for new files while this thread stats the known ones.
    const listing = this.#git.listUntracked(repository, folder, this.#signal, this.#excludedBelow(prefix));
    listing.catch(() => {});
    let nested: string[];
    try {
      const index = await this.#git.readIndex(repository);
      nested = index
        ? await this.#addTracked(prefix, repository, index)
        : this.#addNames(prefix, await this.#git.listTracked(repository, folder, this.#signal), true);
      nested.push(...this.#addNames(prefix, await listing, false));
    } catch {
      this.#signal.throwIfAborted();
      // Without git, or if git cannot read the repository, its files are still files.
      return this.addPlain(prefix);
    }
    for (const each of nested) await this.#addNested(each);
  }

  async addPlain(prefix: string): Promise<void> {
    const isFirst = this.manifest.paths.length === 0;
    const isExcluded: IsExcluded = (path) => this.#isExcluded(prefix + path);
    const batches: { paths: readonly string[]; finish: () => Float64Array }[] = [];
    // Another thread stats the files of one batch while this one finds the next.
    const nested = walkFolder(`${this.#folder}/${prefix}`, this.#filesLeft, isExcluded, (files) => {
      const found = prefix === "" ? files : files.map((path) => prefix + path);
      const paths = this.#take(isFirst ? found : found.filter((path) => !this.has(path)));
      batches.push({ paths, finish: this.#stats.begin(this.#folder, paths) });
    });
    // The last batch first, because the other thread starts with the first.
    const finished = batches.toReversed().map(({ paths, finish }) => ({ paths, rows: finish() }));
    for (const { paths, rows } of finished.toReversed()) this.manifest.add(paths, rows);
    for (const path of nested) await this.#addNested(prefix + path);
  }

  /** Adds files known from a list: a folder on the way to them may have become a link to another one. */
  addListed(paths: readonly string[]): number {
    const { manifest } = this;
    const start = manifest.paths.length;
    const taken = this.#take(paths);
    const rows = this.#stats.read(this.#folder, taken);
    for (const [at, path] of taken.entries()) {
      if (!this.#isReal(path.slice(0, Math.max(0, path.lastIndexOf("/"))))) rows[at * STAT_WIDTH] = 0;
    }
    manifest.add(taken, rows);
    return start;
  }

  async #addTracked(prefix: string, repository: GitRepository, index: GitIndex): Promise<string[]> {
    const hasFilters = await this.#git.hasFilters(repository, index);
    // The workspace lies in the repository, or the repository in the workspace.
    const inside = prefix === "" ? relativeTo(repository.root, this.#folder) : "";
    const isWhole = prefix === "" && inside === "" && this.#excluded.length === 0;
    const { paths, entries } = isWhole
      ? { paths: index.paths, entries: undefined }
      : selectTracked(index, prefix, inside, this.#isExcluded);
    const start = this.addListed(paths);
    const end = start + paths.length;
    this.manifest.tracked.push({ repository, index, hasFilters, start, end, ...(entries && { entries }) });
    return index.nested
      .filter((path) => path.startsWith(inside))
      .map((path) => prefix + path.slice(inside.length));
  }

  /** Returns the names of other repositories. */
  #addNames(prefix: string, names: readonly string[], areTracked: boolean): string[] {
    const paths = names
      .filter(isFilePath)
      .map((name) => prefix + name)
      .filter((path) => !this.#isExcluded(path));
    if (areTracked) this.addListed(paths);
    else if (paths.length > 0) this.#add(paths.filter((path) => !this.has(path)));
    const folders = names.filter((name) => name.endsWith("/")).map((name) => name.slice(0, -1));
    return folders.filter(isFilePath).map((name) => prefix + name);
  }

  async #addNested(path: string): Promise<void> {
    if (this.#isExcluded(path) || !this.#isReal(path)) return;
    const repository = this.#repositoriesLeft > 0 ? repositoryAt(`${this.#folder}/${path}`) : undefined;
    if (!repository) return this.addPlain(`${path}/`);
    this.#repositoriesLeft -= 1;
    await this.addRepository(`${path}/`, repository);
  }

  #excludedBelow(prefix: string): string[] {
    return this.#excluded.flatMap((path) => (path.startsWith(prefix) ? path.slice(prefix.length) : []));
  }

  #add(paths: readonly string[]): void {
    const taken = this.#take(paths);
    this.manifest.add(taken, this.#stats.read(this.#folder, taken));
  }

  #take(paths: readonly string[]): readonly string[] {
    if (paths.length > this.#filesLeft) this.manifest.isComplete = false;
    const taken = paths.slice(0, this.#filesLeft);
    this.#filesLeft -= taken.length;
    return taken;
  }

  #isReal(path: string): boolean {
    const known = this.#isRealFolder.get(path);
    if (known !== undefined) return known;
    const isReal =
      this.#isReal(path.slice(0, Math.max(0, path.lastIndexOf("/")))) && isFolder(this.#folder, path);
    this.#isRealFolder.set(path, isReal);
    return isReal;
  }
}

function listMissing(earlier: Manifest, now: Manifest): string[] {
  let shift = 0;
  return earlier.paths.filter((path, position) => {
    if (!earlier.has(position)) return false;
    const current = now.positionOf(path, position + shift);
    if (current !== undefined) shift = current - position;
    return current === undefined;
  });
}

/** The files of the index that lie in the workspace, by their names there. */
function selectTracked(index: GitIndex, prefix: string, inside: string, isExcluded: IsExcluded) {
  const paths: string[] = [];
  const entries: number[] = [];
  for (const [at, path] of index.paths.entries()) {
    if (!path.startsWith(inside)) continue;
    const name = prefix + path.slice(inside.length);
    if (isExcluded(name)) continue;
    paths.push(name);
    entries.push(at);
  }
  return { paths, entries };
}

function relativeTo(root: string, folder: string): string {
  return folder === root ? "" : `${folder.slice(dirname(root) === root ? root.length : root.length + 1)}/`;
}

function isFolder(folder: string, path: string): boolean {
  try {
    return lstatSync(toSystemPath(folder, path), { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return false;
  }
}
