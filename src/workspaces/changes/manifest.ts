import { CHANGED_COLUMN, type FileStat, readStat, STAT_WIDTH } from "../files/file-stats.ts";
import type { GitIndex } from "../git/git-index.ts";
import type { GitRepository } from "../git/git-repository.ts";

/**
 * The git source of the contents of some of a manifest's files: those from position `start` up to, but not including, `end`.
 */
export interface TrackedFiles {
  readonly repository: GitRepository;
  readonly index: GitIndex;
  readonly hasFilters: boolean;
  readonly start: number;
  readonly end: number;
  /** The position in the index of each file; when absent, the files are the whole index, in its order. */
  readonly entries?: readonly number[];
}

/** A blob with the same content as a file on disk, unless the repository applies filters. */
export interface BlobReference {
  readonly repository: GitRepository;
  /** The file's path in the repository. */
  readonly repositoryPath: string;
  readonly hash: string;
  readonly hasFilters: boolean;
}

/** Searching one by one for this many paths takes as long as building an index. */
const WORTH_INDEXING = 30;

/** The files of a folder, and what is known about each without reading it. */
export class Manifest {
  /** Includes paths that turned out to be missing or not to be files; those have no stat. */
  readonly paths: string[] = [];
  readonly tracked: TrackedFiles[] = [];
  /** False when the folder has more files than are examined. */
  isComplete = true;
  /** One row for each path, and room for more. */
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
   * The position of the path; if it is listed twice, the position that has a file.
   * @param likely the position if nothing has changed; a hit saves building an index of thousands of paths
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

  /** Whether the stats show no change at all. */
  isSameAt(position: number, other: Manifest, otherPosition: number): boolean {
    const offset = position * STAT_WIDTH;
    const otherOffset = otherPosition * STAT_WIDTH;
    for (let at = 0; at < STAT_WIDTH; at += 1) {
      if (this.#rows[offset + at] !== other.#rows[otherOffset + at]) return false;
    }
    return true;
  }

  /** When the file last changed (ctime). */
  changedMsAt(position: number): number {
    return this.#rows[position * STAT_WIDTH + CHANGED_COLUMN] ?? 0;
  }

  /** Whether git has the file in its current state. */
  isKnownToGit(position: number): boolean {
    const found = this.#trackedAt(position);
    return found !== undefined && found.tracked.index.isAsNoted(found.entry, this.statAt(position));
  }

  /** The blob that, according to git, the file equals. */
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
