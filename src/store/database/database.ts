import type { Expression, Kysely, Transaction } from "kysely";

import type { PrincipalId } from "../../core/words/ids.ts";
import type { StoreState } from "./store-state.ts";
import type { Tables } from "./tables.ts";

/** An open database, with the operations that differ between the two kinds. */
export interface Database<Shape = Tables> {
  readonly db: Kysely<Shape>;
  readonly state: StoreState;
  /**
   * Until this transaction ends, no other transaction gets past its own call for the same principal. Writers that read before
   * they write call it first, so that nothing changes in between.
   */
  lockPrincipal(transaction: Transaction<Shape>, principalId: PrincipalId): Promise<void>;
  /**
   * Appended to a query in a transaction: skips rows that another transaction has locked, and locks the others until this one
   * ends.
   */
  readonly skipLocked: Expression<unknown>;
}
