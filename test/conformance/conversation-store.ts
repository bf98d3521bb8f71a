import { afterEach, beforeEach, describe } from "vitest";

import { type OpenStore, StoreBed } from "./store-bed.ts";
import { describeContent } from "./store-content-cases.ts";
import { describeConversations } from "./store-conversation-cases.ts";
import { describeDeletion } from "./store-deletion-cases.ts";
import { describeLineages } from "./store-lineage-cases.ts";
import { describePrincipals } from "./store-principal-cases.ts";
import { describeReopening } from "./store-reopening-cases.ts";
import { describeTurns } from "./store-turn-cases.ts";

/** What every `ConversationStore` does. `createDatabase` gives each test a database of its own. */
export function describeConversationStore(
  name: string,
  createDatabase: () => Promise<OpenStore>,
  options: { readonly survivesClose: boolean },
): void {
  describe(`conversation store: ${name}`, () => {
    const bed = new StoreBed(createDatabase);
    beforeEach(() => bed.setUp());
    afterEach(() => bed.store.close());

    describeTurns(bed);
    describeConversations(bed);
    describeLineages(bed);
    describePrincipals(bed);
    describeDeletion(bed);
    describeContent(bed);
    if (options.survivesClose) describeReopening(bed);
  });
}
