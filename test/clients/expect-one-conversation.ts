import { expect } from "vitest";

import type { Turnpike } from "../integration/start-turnpike.ts";
import { listConversations } from "./list-conversations.ts";

/** The newest conversation had this many turns, and each was recognised as going on where the one before had ended. */
export async function expectOneConversation(turnpike: Turnpike, turnCount: number): Promise<void> {
  const conversation = (await listConversations(turnpike)).at(-1);
  expect(conversation?.placements.slice(1)).toEqual(Array.from({ length: turnCount - 1 }, () => "hot"));
  expect(conversation?.statuses).toEqual(Array.from({ length: turnCount }, () => "completed"));
}
