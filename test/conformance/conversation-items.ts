import { afterEach, beforeEach, describe } from "vitest";

import type { Retention } from "../../src/core/words/retention.ts";
import type { Store } from "../../src/store/open-store.ts";
import { describeItems } from "./item-cases.ts";
import { describeItemConversations } from "./item-conversation-cases.ts";

/** Opens one database: the first time new and empty, later as it was left. */
export type OpenItems = (retention?: Retention) => Promise<Store>;

/** The store under test, on a database of each test's own. */
export interface ItemBed {
  readonly store: Store;
  /** Closes the store and opens its database again. */
  reopen(retention?: Retention): Promise<void>;
}

/** What every `ConversationItemStore` does. */
export function describeConversationItems(name: string, createDatabase: () => Promise<OpenItems>): void {
  describe(`conversation items: ${name}`, () => {
    let open: OpenItems;
    let store: Store;
    beforeEach(async () => {
      open = await createDatabase();
      store = await open();
    });
    afterEach(() => store.close());
    const bed: ItemBed = {
      get store() {
        return store;
      },
      async reopen(retention) {
        await store.close();
        store = await open(retention);
      },
    };

    describeItemConversations(bed);
    describeItems(bed);
  });
}
