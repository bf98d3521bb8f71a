import { expect, test } from "vitest";

import { MemoryConversationLock } from "../../cluster/memory/memory-conversation-lock.ts";
import { conversationId } from "../../../test/conformance/store-fixtures.ts";
import { AppError } from "../words/app-error.ts";
import { RunningTurns } from "./running-turns.ts";

const TALK = conversationId("talk");
const OTHER = conversationId("other");

test("a conversation has one turn at a time, and tells when it has ended", async () => {
  const running = new RunningTurns(new MemoryConversationLock());
  const turn = running.begin(TALK);
  expect(running.find(TALK)).toBe(turn);
  expect(() => running.begin(TALK)).toThrow(/runs already/);
  turn[Symbol.dispose]();
  await turn.ended;
  expect(running.find(TALK)).toBeUndefined();
  using next = running.begin(TALK);
  expect(running.find(TALK)).toBe(next);
});

test("cancelling a conversation aborts its turn and no other", () => {
  const running = new RunningTurns(new MemoryConversationLock());
  using turn = running.begin(TALK);
  using stranger = running.begin(OTHER);
  running.cancelConversation(TALK);
  expect([turn, stranger].map(({ signal }) => signal.aborted)).toEqual([true, false]);
  expect(turn.signal.reason).toMatchObject({ info: { kind: "cancelled" } });
});

test("cancelling all aborts every turn with the reason given", () => {
  const running = new RunningTurns(new MemoryConversationLock());
  using left = running.begin(TALK);
  using right = running.begin(OTHER);
  const reason = new AppError({ kind: "shutting-down", message: "Bye." });
  running.cancelAll(reason);
  expect([left.signal.reason, right.signal.reason]).toEqual([reason, reason]);
});

test("a turn's first reason to be cancelled stays", () => {
  const running = new RunningTurns(new MemoryConversationLock());
  using turn = running.begin(TALK);
  const reason = new AppError({ kind: "timeout", message: "Too long." });
  turn.cancel(reason);
  running.cancelConversation(TALK);
  expect(turn.signal.reason).toBe(reason);
});
