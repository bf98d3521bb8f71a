import type { WorkspaceFolders } from "../../src/core/ports/workspace-folders.ts";
import type { WorkspaceSnapshots } from "../../src/core/ports/workspace-snapshots.ts";

/** Every conversation works in its profile's workspace, which need not exist. */
export const ANY_FOLDER: WorkspaceFolders = {
  resolve: async (path) => path,
  expected: (_, { workspace }) => workspace,
  open: async (_, { workspace }) => workspace,
};

/** Nothing ever changes. */
export const STILL_SNAPSHOTS: WorkspaceSnapshots = {
  take: async () => ({
    compare: async () => ({ changes: [], isComplete: true }),
    [Symbol.asyncDispose]: async () => {},
  }),
};
