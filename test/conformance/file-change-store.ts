import { afterEach, beforeEach, describe } from "vitest";

import type { Retention } from "../../src/core/words/retention.ts";
import type { Store } from "../../src/store/open-store.ts";
import { describeFileChangeEnds } from "./file-change-end-cases.ts";
import { describeFileChangeKeeping } from "./file-change-keeping-cases.ts";
import { conversation, conversationId, newTurn, outcome, turnId } from "./store-fixtures.ts";

/** Opens one database: the first time new and empty, later as it was left. */
export type OpenFileChanges = (retention?: Retention) => Promise<Store>;

/** The store under test, on a database of each test's own. */
export interface FileChangeBed {
  readonly store: Store;
  /** Closes the store and opens its database again. */
  reopen(retention?: Retention): Promise<void>;
  /** Records a whole turn of conversation `c1`, or of another one. */
  runTurn(id: string, of?: string, parent?: string): Promise<void>;
}

/** What every `FileChangeStore` does. */
export function describeFileChangeStore(name: string, createDatabase: () => Promise<OpenFileChanges>): void {
  describe(`file change store: ${name}`, () => {
    let open: OpenFileChanges;
    let store: Store;
    const bed: FileChangeBed = {
      get store() {
        return store;
      },
      async reopen(retention) {
        await store.close();
        store = await open(retention);
      },
      async runTurn(id, of = "c1", parent) {
        const line = conversation(conversationId(of));
        const parentTurnId = parent === undefined ? {} : { parentTurnId: turnId(parent) };
        await store.beginTurn(line, newTurn(id, line, parentTurnId));
        await store.finishTurn(turnId(id), outcome());
      },
    };
    beforeEach(async () => {
      open = await createDatabase();
      store = await open();
    });
    afterEach(() => store.close());

    describeFileChangeKeeping(bed);
    describeFileChangeEnds(bed);
  });
}
