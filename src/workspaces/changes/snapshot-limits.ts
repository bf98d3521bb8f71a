/** How much of a workspace is examined and kept. Beyond a limit a comparison reports less; it never fails. */
export interface SnapshotLimits {
  /** Files of one workspace. With more, the rest are not examined and the comparison is incomplete. */
  readonly maxFiles: number;
  /** Changes reported by one comparison. */
  readonly maxChanges: number;
  /** Content kept for one file; a larger file has neither content nor diff. */
  readonly maxFileBytes: number;
  /** Content kept for one workspace before the turn, and again for what the turn made of it. */
  readonly maxTotalBytes: number;
  /** Files whose content is read before the turn because no repository has it. */
  readonly maxKeptFiles: number;
  /** Content of all workspaces together. */
  readonly maxMemoryBytes: number;
  /** Text of one diff; a longer one is left out. */
  readonly maxDiffBytes: number;
  /** How long a snapshot waits for contents to be read; the rest are read while the turn runs. */
  readonly maxReadMs: number;
}

const MEBIBYTE = 1024 * 1024;

export const DEFAULT_SNAPSHOT_LIMITS: SnapshotLimits = {
  maxFiles: 200_000,
  maxChanges: 20_000,
  maxFileBytes: 5 * MEBIBYTE,
  maxTotalBytes: 64 * MEBIBYTE,
  maxKeptFiles: 10_000,
  maxMemoryBytes: 256 * MEBIBYTE,
  maxDiffBytes: 256 * 1024,
  maxReadMs: 50,
};
