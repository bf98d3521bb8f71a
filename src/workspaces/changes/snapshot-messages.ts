import type { ComparedWorkspace } from "../../core/ports/workspace-snapshots.ts";
import type { GitEnvironment } from "../git/git-program.ts";
import type { SnapshotLimits } from "./snapshot-limits.ts";

/** The data that the snapshot thread is started with. */
export interface SnapshotThreadData {
  readonly scratchFolder: string;
  readonly limits: SnapshotLimits;
  readonly environment: GitEnvironment;
  readonly excludedPaths: readonly string[];
}

/** A request to the thread. Each `id` is used once; a snapshot is named by the id of the request that took it. */
export type SnapshotRequest =
  | { readonly type: "take"; readonly id: number; readonly folder: string }
  | { readonly type: "compare"; readonly id: number; readonly snapshotId: number }
  | { readonly type: "abort"; readonly id: number }
  | { readonly type: "release"; readonly snapshotId: number };

/** A reply of the thread. */
export type SnapshotReply =
  | { readonly type: "taken"; readonly id: number; readonly files: number; readonly isRepository: boolean }
  | { readonly type: "compared"; readonly id: number; readonly result: ComparedWorkspace }
  /** The folder does not exist. */
  | { readonly type: "missing"; readonly id: number }
  | { readonly type: "failed"; readonly id: number; readonly reason: string };
