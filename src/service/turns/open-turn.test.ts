import { expect, test } from "vitest";

import type { ConversationId, TurnId } from "../../core/words/ids.ts";
import type { TurnEvent } from "../../core/words/turn-event.ts";
import { NO_USAGE } from "../../core/words/usage.ts";
import type { BranchEvent } from "../../protocols/branch-event.ts";
import { openTurn } from "./open-turn.ts";
import { expectWithin } from "../../../test/machine-speed.ts";

const START: TurnEvent = {
  type: "turn-start",
  // Proof for the casts: these ids belong to nothing else.
  turnId: "turn_1" as TurnId,
  conversationId: "conv_1" as ConversationId,
  conversationName: "conv_1",
  placement: "hot",
  workspace: "/w",
};
const TEXT: TurnEvent = { type: "text-delta", text: "hi" };
const NOTICE: TurnEvent = { type: "notice", code: "retry", message: "again" };
const FAILURE: TurnEvent = {
  type: "turn-error",
  error: { kind: "timeout", message: "Too late." },
  usage: NO_USAGE,
  costUsd: 0,
};

async function* play(...events: readonly BranchEvent[]): AsyncGenerator<BranchEvent> {
  yield* events;
}

test("the first text opens the turn, and no event is lost", async () => {
  const opened = await openTurn(play(START, NOTICE, TEXT, TEXT, FAILURE), 60_000);
  expect(opened.failure).toBeUndefined();
  expect(opened.isSilent).toBe(false);
  expect(await Array.fromAsync(opened.events)).toEqual([START, NOTICE, TEXT, TEXT, FAILURE]);
});

test("a failure before any text is told apart", async () => {
  expect((await openTurn(play(FAILURE), 60_000)).failure).toBe(FAILURE);
  expect((await openTurn(play(START, NOTICE, FAILURE), 60_000)).failure).toBe(FAILURE);
});

test("of several branches the first must be heard of, and any may fail", async () => {
  const other = { branch: 1 };
  const events: BranchEvent[] = [
    { ...START, ...other },
    { ...TEXT, ...other },
    { ...TEXT, ...other },
    { ...START, branch: 0 },
    { ...FAILURE, ...other },
  ];
  const taken: BranchEvent[] = [];
  const watched = (async function* () {
    for (const event of events) {
      taken.push(event);
      yield event;
    }
  })();
  const opened = await openTurn(watched, 60_000);
  expect(opened.failure).toBeUndefined();
  expect(taken).toHaveLength(4);
  expect(await Array.fromAsync(opened.events)).toEqual(events);
  const failure: BranchEvent = { ...FAILURE, ...other };
  expect((await openTurn(play(...events.slice(0, 3), failure), 60_000)).failure).toBe(failure);
});

test("when the time is over the turn opens in silence, and what comes later is not lost", async () => {
  const { promise: isDue, resolve: go } = Promise.withResolvers<void>();
  const late = (async function* () {
    yield START;
    await isDue;
    yield TEXT;
    yield FAILURE;
  })();
  const opened = await openTurn(late, 1);
  expect(opened.isSilent).toBe(true);
  go();
  expect(await Array.fromAsync(opened.events)).toEqual([START, TEXT, FAILURE]);
});

test("what is held back is bounded", async () => {
  let taken = 0;
  const busy = (async function* () {
    for (; taken < 10_000; taken += 1) yield NOTICE;
  })();
  await openTurn(busy, 60_000);
  expectWithin(taken, 100);
});

test("leaving an opened turn ends it", async () => {
  let isReturned = false;
  const events = (async function* () {
    try {
      while (true) yield TEXT;
    } finally {
      isReturned = true;
    }
  })();
  const opened = await openTurn(events, 60_000);
  for await (const event of opened.events) {
    expect(event).toBe(TEXT);
    break;
  }
  expect(isReturned).toBe(true);
});
