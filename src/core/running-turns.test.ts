import { expect, test } from "vitest";

import { conversationId } from "../../test/conformance/store-fixtures.ts";
import { AppError } from "./app-error.ts";
import { RunningTurns } from "./running-turns.ts";

const TALK = conversationId("talk");
const OTHER = conversationId("other");

test("a conversation runs until the last of its turns has ended", () => {
  const running = new RunningTurns();
  const first = running.begin(TALK);
  {
    using second = running.begin(TALK);
    first[Symbol.dispose]();
    expect(running.isRunning(second.conversationId)).toBe(true);
  }
  first[Symbol.dispose]();
  expect(running.isRunning(TALK)).toBe(false);
});

test("cancelling a conversation aborts its turns and no others", () => {
  const running = new RunningTurns();
  using left = running.begin(TALK);
  using right = running.begin(TALK);
  using stranger = running.begin(OTHER);
  running.cancelConversation(TALK);
  expect([left, right, stranger].map((turn) => turn.signal.aborted)).toEqual([true, true, false]);
  expect(left.signal.reason).toMatchObject({ info: { kind: "cancelled" } });
});

test("cancelling all aborts every turn with the reason given", () => {
  const running = new RunningTurns();
  using left = running.begin(TALK);
  using right = running.begin(OTHER);
  const reason = new AppError({ kind: "shutting-down", message: "Bye." });
  running.cancelAll(reason);
  expect([left.signal.reason, right.signal.reason]).toEqual([reason, reason]);
});

test("a turn's first reason to be cancelled stays", () => {
  const running = new RunningTurns();
  using turn = running.begin(TALK);
  const reason = new AppError({ kind: "timeout", message: "Too long." });
  turn.cancel(reason);
  running.cancelConversation(TALK);
  expect(turn.signal.reason).toBe(reason);
});
