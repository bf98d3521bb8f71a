import { afterEach, beforeEach, describe } from "vitest";

import type { Retention } from "../../src/core/words/retention.ts";
import type { Store } from "../../src/store/open-store.ts";
import { describeKeeping } from "./completion-keeping-cases.ts";
import { describePaging } from "./completion-paging-cases.ts";
import { describeRetention } from "./completion-retention-cases.ts";

/** Opens one database: the first time new and empty, later as it was left. */
export type OpenCompletions = (retention?: Retention) => Promise<Store>;

/** The store under test, on a database of each test's own. */
export interface CompletionBed {
  readonly store: Store;
  /** Closes the store and opens its database again. */
  reopen(retention?: Retention): Promise<void>;
}

/** What every `CompletionStore` does. */
export function describeCompletionStore(name: string, createDatabase: () => Promise<OpenCompletions>): void {
  describe(`completion store: ${name}`, () => {
    let open: OpenCompletions;
    let store: Store;
    beforeEach(async () => {
      open = await createDatabase();
      store = await open();
    });
    afterEach(() => store.close());
    const bed: CompletionBed = {
      get store() {
        return store;
      },
      async reopen(retention) {
        await store.close();
        store = await open(retention);
      },
    };

    describeKeeping(bed);
    describePaging(bed);
    describeRetention(bed);
  });
}
