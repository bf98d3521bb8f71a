import type { ComparedWorkspace } from "../../core/ports/workspace-snapshots.ts";
import type { GitEnvironment } from "../git/git-program.ts";
import type { SnapshotLimits } from "./snapshot-limits.ts";

/** What the thread that looks at workspaces is started with. */
export interface SnapshotThreadData {
  readonly scratchFolder: string;
  readonly limits: SnapshotLimits;
  readonly environment: GitEnvironment;
  readonly excludedPaths: readonly string[];
}

/** What it is asked. Each `id` is used once; a snapshot is known by the id that took it. */
export type SnapshotRequest =
  | { readonly type: "take"; readonly id: number; readonly folder: string }
  | { readonly type: "compare"; readonly id: number; readonly snapshotId: number }
  | { readonly type: "abort"; readonly id: number }
  | { readonly type: "release"; readonly snapshotId: number };

/** What it answers. */
export type SnapshotReply =
  | { readonly type: "taken"; readonly id: number; readonly files: number; readonly isRepository: boolean }
  | { readonly type: "compared"; readonly id: number; readonly result: ComparedWorkspace }
  /** There is no such folder. */
  | { readonly type: "missing"; readonly id: number }
  | { readonly type: "failed"; readonly id: number; readonly reason: string };
