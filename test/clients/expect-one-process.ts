import { expect } from "vitest";

import type { Turnpike } from "../integration/start-turnpike.ts";
import { listConversations } from "./list-conversations.ts";

/** The newest conversation had this many turns, all but the first in the process of the one before. */
export async function expectOneProcess(turnpike: Turnpike, turnCount: number): Promise<void> {
  const conversation = (await listConversations(turnpike)).at(-1);
  expect(conversation?.placements.slice(1)).toEqual(Array.from({ length: turnCount - 1 }, () => "hot"));
  expect(conversation?.statuses).toEqual(Array.from({ length: turnCount }, () => "completed"));
  expect(conversation?.processId).toBeGreaterThan(0);
}
