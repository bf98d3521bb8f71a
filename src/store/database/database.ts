import type { Expression, Kysely, Transaction } from "kysely";

import type { PrincipalId } from "../../core/words/ids.ts";
import type { StoreState } from "./store-state.ts";
import type { Tables } from "./tables.ts";

/** An open database, and what the two kinds do differently once they are open. */
export interface Database {
  readonly db: Kysely<Tables>;
  readonly state: StoreState;
  /**
   * Until this transaction ends, no other one gets past its own call for the same principal. Writers that look before
   * they write call it first, so that nothing changes in between.
   */
  lockPrincipal(transaction: Transaction<Tables>, principalId: PrincipalId): Promise<void>;
  /** Behind a query in a transaction: without the rows that another one is at work on; the others are held until it ends. */
  readonly skipLocked: Expression<unknown>;
}
