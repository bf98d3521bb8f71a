import { CHANGED_COLUMN, type FileStat, readStat, STAT_WIDTH } from "../files/file-stats.ts";
import type { GitIndex } from "../git/git-index.ts";
import type { GitRepository } from "../git/git-repository.ts";

/** Where the content of some files of a manifest can be had from: of those from `start` up to `end`. */
export interface TrackedFiles {
  readonly repository: GitRepository;
  readonly index: GitIndex;
  readonly hasFilters: boolean;
  readonly start: number;
  readonly end: number;
  /** Of each file its position in the index; without it, they are all of the index. */
  readonly entries?: readonly number[];
}

/** A blob that a file on disk equals, unless its repository converts files. */
export interface BlobReference {
  readonly repository: GitRepository;
  /** The file's path there. */
  readonly repositoryPath: string;
  readonly hash: string;
  readonly hasFilters: boolean;
}

/** So many paths can be searched for one by one in the time that an index takes to make. */
const WORTH_INDEXING = 30;

/** Which files a folder has, and what is said of each without reading it. */
export class Manifest {
  /** Also of what turned out not to be there, or to be no file; such a one has no stat. */
  readonly paths: string[] = [];
  readonly tracked: TrackedFiles[] = [];
  /** False when there were more files than are looked at. */
  isComplete = true;
  /** Of each path a row, and room for more. */
  #rows = new Float64Array();
  #positions: Map<string, number> | undefined;
  #searches = 0;

  add(paths: readonly string[], rows: Float64Array): void {
    if (paths.length === 0) return;
    const start = this.paths.length * STAT_WIDTH;
    if (this.#rows.length < start + rows.length) {
      const grown = new Float64Array(Math.max(start + rows.length, 2 * this.#rows.length));
      grown.set(this.#rows);
      this.#rows = grown;
    }
    this.#rows.set(rows, start);
    for (const path of paths) this.paths.push(path);
    this.#positions = undefined;
    this.#searches = 0;
  }

  /**
   * Where the path is listed; of a path that is listed twice, where the file is. @param likely where it is if nothing has
   * changed, so that no index of many thousand paths has to be made
   */
  positionOf(path: string, likely = -1): number | undefined {
    if (this.paths[likely] === path && this.has(likely)) return likely;
    this.#searches += 1;
    if (this.#searches > WORTH_INDEXING) this.#positions ??= this.#makeIndex();
    if (this.#positions) return this.#positions.get(path);
    let found = this.paths.indexOf(path);
    while (found >= 0 && !this.has(found)) found = this.paths.indexOf(path, found + 1);
    return found < 0 ? undefined : found;
  }

  has(position: number): boolean {
    return (this.#rows[position * STAT_WIDTH] ?? 0) !== 0;
  }

  statAt(position: number): FileStat {
    return readStat(this.#rows, position * STAT_WIDTH);
  }

  /** Whether nothing at all happened to the file, as far as its stat tells. */
  isSameAt(position: number, other: Manifest, otherPosition: number): boolean {
    const offset = position * STAT_WIDTH;
    const otherOffset = otherPosition * STAT_WIDTH;
    for (let at = 0; at < STAT_WIDTH; at += 1) {
      if (this.#rows[offset + at] !== other.#rows[otherOffset + at]) return false;
    }
    return true;
  }

  /** When the file was last touched. */
  changedMsAt(position: number): number {
    return this.#rows[position * STAT_WIDTH + CHANGED_COLUMN] ?? 0;
  }

  /** Whether git says that it has the file as it is. */
  isKnownToGit(position: number): boolean {
    const found = this.#trackedAt(position);
    return found !== undefined && found.tracked.index.isAsNoted(found.entry, this.statAt(position));
  }

  /** The blob that git says the file equals. */
  blobAt(position: number): BlobReference | undefined {
    const found = this.#trackedAt(position);
    if (!found || !this.isKnownToGit(position)) return undefined;
    const { tracked, entry } = found;
    return {
      repository: tracked.repository,
      repositoryPath: tracked.index.paths[entry] ?? "",
      hash: tracked.index.blobOf(entry),
      hasFilters: tracked.hasFilters,
    };
  }

  #trackedAt(position: number): { tracked: TrackedFiles; entry: number } | undefined {
    for (const tracked of this.tracked) {
      if (position < tracked.start || position >= tracked.end) continue;
      const at = position - tracked.start;
      const entry = tracked.entries ? tracked.entries[at] : at;
      if (entry !== undefined) return { tracked, entry };
    }
    return undefined;
  }

  #makeIndex(): Map<string, number> {
    const positions = new Map<string, number>();
    for (const [position, path] of this.paths.entries()) {
      if (this.has(position)) positions.set(path, position);
    }
    return positions;
  }
}
