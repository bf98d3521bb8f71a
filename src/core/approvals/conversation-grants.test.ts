import { expect, test } from "vitest";

import type { ConversationId } from "../words/ids.ts";
import { ConversationGrants } from "./conversation-grants.ts";

// Proof for the cast: any text is a valid name here.
const conversation = (number: number) => `conv_${number}` as ConversationId;

test("rules belong to one conversation and are each told once", () => {
  const grants = new ConversationGrants();
  grants.add(conversation(1), ["Bash(ls:*)", "Write"]);
  grants.add(conversation(1), ["Bash(ls:*)"]);
  expect(grants.of(conversation(1))).toEqual(["Write", "Bash(ls:*)"]);
  expect(grants.of(conversation(2))).toEqual([]);
});

test("only what was wholly allowed is covered, and nothing at all never is", () => {
  const grants = new ConversationGrants();
  grants.add(conversation(1), ["Bash(ls:*)", "Write"]);
  expect(grants.cover(conversation(1), ["Write"])).toBe(true);
  expect(grants.cover(conversation(1), ["Write", "Bash(rm:*)"])).toBe(false);
  expect(grants.cover(conversation(1), [])).toBe(false);
  expect(grants.cover(conversation(2), ["Write"])).toBe(false);
});

test("the conversation longest out of use is forgotten, and the oldest rules of one with very many", () => {
  const grants = new ConversationGrants();
  for (let number = 0; number < 1000; number++) grants.add(conversation(number), ["Write"]);
  grants.of(conversation(0));
  grants.add(conversation(1000), ["Write"]);
  expect(grants.of(conversation(0))).toEqual(["Write"]);
  expect(grants.of(conversation(1))).toEqual([]);
  grants.add(
    conversation(0),
    Array.from({ length: 200 }, (_, index) => `Bash(${index})`),
  );
  expect(grants.of(conversation(0))).toHaveLength(200);
  expect(grants.of(conversation(0))).not.toContain("Write");
});
