import type { FileStat } from "../files/file-stats.ts";
import type { GitRepository } from "../git/git-repository.ts";
import type { Manifest } from "./manifest.ts";

/** A file's bytes, and its stat at the time it had them. */
export interface KnownContent {
  /** The file's position in the list at that time. */
  readonly position: number;
  readonly stat: FileStat;
  readonly bytes: Uint8Array;
}

/** Granularity of file times: the file system's clock ticks this slowly. */
const TICK_MS = 20;
const COARSE_TICK_MS = 2000;

/** The state of a folder when the snapshot was taken. */
export class FolderState {
  readonly folder: string;
  readonly repository: GitRepository | undefined;
  readonly manifest: Manifest;
  readonly takenAtMs: number;
  /** The known contents at that time; more are read while nobody waits. */
  readonly contents = new Map<string, KnownContent>();
  keptBytes = 0;
  isClosed = false;

  constructor(folder: string, repository: GitRepository | undefined, manifest: Manifest, takenAtMs: number) {
    this.folder = folder;
    this.repository = repository;
    this.manifest = manifest;
    this.takenAtMs = takenAtMs;
  }

  /** Whether the file could have been written again after it was examined without a visible change of its stat. */
  isUncertain(changedMs: number): boolean {
    if (changedMs < this.takenAtMs - COARSE_TICK_MS) return false;
    const tickMs = changedMs % 1000 === 0 ? COARSE_TICK_MS : TICK_MS;
    return changedMs >= this.takenAtMs - tickMs;
  }

  /** Whether nothing happened to the file since long before the snapshot. */
  isOlder({ changedMs }: FileStat): boolean {
    return !this.isUncertain(changedMs);
  }
}
