import { afterEach, beforeEach, describe } from "vitest";

import type { Clock } from "../../src/core/ports/clock.ts";
import type { Retention } from "../../src/core/words/retention.ts";
import type { Store } from "../../src/store/open-store.ts";
import { describeFileKeeping } from "./file-keeping-cases.ts";
import { describeFileListing } from "./file-listing-cases.ts";

/** Opens one database: the first time new and empty, later as it was left. */
export type OpenFiles = (clock: Clock, retention?: Retention) => Promise<Store>;

/** The store under test, on a database of each test's own, at a time that the test sets. */
export interface FileBed {
  readonly store: Store;
  now: number;
  /** Closes the store and opens its database again. */
  reopen(retention?: Retention): Promise<void>;
}

/** What every `FileStore` does. */
export function describeFileStore(name: string, createDatabase: () => Promise<OpenFiles>): void {
  describe(`file store: ${name}`, () => {
    let open: OpenFiles;
    let store: Store;
    const bed: FileBed = {
      now: 0,
      get store() {
        return store;
      },
      async reopen(retention) {
        await store.close();
        store = await open(() => bed.now, retention);
      },
    };
    beforeEach(async () => {
      bed.now = 1_000_000;
      open = await createDatabase();
      store = await open(() => bed.now);
    });
    afterEach(() => store.close());

    describeFileKeeping(bed);
    describeFileListing(bed);
  });
}
