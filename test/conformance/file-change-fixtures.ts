import type { TurnChanges } from "../../src/core/ports/file-change-store.ts";
import type { KeptFileChange } from "../../src/core/ports/workspace-snapshots.ts";
import { ALICE, conversationId, turnId } from "./store-fixtures.ts";

export const CREATED: KeptFileChange = {
  type: "created",
  path: "src/new.ts",
  diff: "--- /dev/null\n+++ b/src/new.ts\n@@ -0,0 +1 @@\n+new\n",
  after: Buffer.from("new\n"),
  modeAfter: 0o644,
};

/** What one turn changed; a file made, unless said otherwise. */
export function turnChanges(
  id: string,
  changes: readonly KeptFileChange[] = [CREATED],
  facts: Partial<TurnChanges<KeptFileChange>> = {},
): TurnChanges<KeptFileChange> {
  return {
    turnId: turnId(id),
    conversationId: conversationId("c1"),
    principalId: ALICE,
    folder: "/work/né",
    changes,
    isComplete: true,
    changedAt: 2_900,
    ...facts,
  };
}
