import { afterEach, beforeEach, describe } from "vitest";

import type { Retention } from "../../src/core/words/retention.ts";
import type { Store } from "../../src/store/open-store.ts";
import { describeChains } from "./response-chain-cases.ts";
import { describeResponseKeeping } from "./response-keeping-cases.ts";
import { describeUnfinished } from "./response-unfinished-cases.ts";

/** Opens one database: the first time new and empty, later as it was left. */
export type OpenResponses = (retention?: Retention) => Promise<Store>;

/** The store under test, on a database of each test's own. */
export interface ResponseBed {
  readonly store: Store;
  /** Closes the store and opens its database again. */
  reopen(retention?: Retention): Promise<void>;
}

/** What every `ResponseStore` does. */
export function describeResponseStore(name: string, createDatabase: () => Promise<OpenResponses>): void {
  describe(`response store: ${name}`, () => {
    let open: OpenResponses;
    let store: Store;
    beforeEach(async () => {
      open = await createDatabase();
      store = await open();
    });
    afterEach(() => store.close());
    const bed: ResponseBed = {
      get store() {
        return store;
      },
      async reopen(retention) {
        await store.close();
        store = await open(retention);
      },
    };

    describeResponseKeeping(bed);
    describeChains(bed);
    describeUnfinished(bed);
  });
}
