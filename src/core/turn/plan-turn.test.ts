import { beforeEach, describe, expect, onTestFinished, test } from "vitest";

import {
  BOB,
  conversation,
  message,
  newTurn,
  outcome,
  turnId,
} from "../../../test/conformance/store-fixtures.ts";
import { turnRequest } from "../../../test/engine/turn-fixtures.ts";
import { openStore } from "../../store/open-store.ts";
import type { Conversation, ConversationStore } from "../ports/conversation-store.ts";
import type { HeldState } from "../ports/session-pool.ts";
import { planTurn } from "./plan-turn.ts";
import { hashState } from "./state-hash.ts";
import type { TurnRequest } from "../words/turn-request.ts";

let store: ConversationStore;
beforeEach(async () => {
  store = await openStore({ location: { type: "sqlite", file: ":memory:" }, retention: { content: "keep" } });
  onTestFinished(() => store.close());
});

/** What the live sessions hold, with the system text that they were opened with. */
let held: (HeldState & { readonly systemText: string })[];
beforeEach(() => void (held = []));

const plan = (request: TurnRequest) =>
  planTurn(request, store, {
    findHeld: (stateHash) => held.find((state) => state.stateHash === stateHash),
    systemTextAfter: (id) => held.find((state) => state.turnId === id)?.systemText,
  });

const stateOf = (texts: readonly string[]) => {
  const { principalId, target, messages } = turnRequest(texts);
  return hashState({ principalId, target }, messages);
};

/** Records a conversation of these texts, two per turn: `talk-1`, `talk-2` … */
async function record(id: string, texts: readonly string[], changes: Partial<Conversation> = {}) {
  const recorded = conversation(id, changes);
  for (let turn = 1; turn * 2 <= texts.length; turn += 1) {
    const parent = turn === 1 ? {} : { parentTurnId: turnId(`${id}-${turn - 1}`) };
    const input = [message("user", texts[turn * 2 - 2] ?? "")];
    await store.beginTurn(recorded, newTurn(`${id}-${turn}`, recorded, { input, ...parent }));
    const stateHash = stateOf(texts.slice(0, turn * 2));
    await store.finishTurn(turnId(`${id}-${turn}`), outcome({ stateHash }));
  }
  return recorded;
}

const named = (texts: readonly string[], changes: Partial<TurnRequest> = {}) =>
  plan(turnRequest(texts, { conversationName: "my talk", ...changes }));

const TALK = ["hello", "hi", "how are you", "fine"];

describe("without a name", () => {
  test("no history: a new conversation", async () => {
    await record("talk", TALK);
    const planned = await plan(turnRequest(["hello"], { systemText: "Be brief." }));
    expect(planned).toEqual({
      usesClientTools: false,
      conversationId: expect.stringMatching(/^conv_/),
      systemText: "Be brief.",
      baseHash: stateOf([]),
      history: [],
      newMessages: [message("user", "hello")],
    });
  });

  test("the history of a live session: its conversation goes on", async () => {
    await record("talk", TALK);
    const { id } = conversation("talk");
    held.push({ stateHash: stateOf(TALK), conversationId: id, turnId: turnId("talk-2"), systemText: "" });
    expect(await plan(turnRequest([...TALK, "bye"]))).toMatchObject({
      conversationId: "talk",
      known: { id: "talk" },
      parentTurnId: "talk-2",
      baseHash: stateOf(TALK),
      history: { length: 4 },
      newMessages: [message("user", "bye")],
    });
  });

  test("a recorded history whose session is gone: its conversation goes on", async () => {
    await record("talk", TALK);
    expect(await plan(turnRequest([...TALK, "bye"]))).toMatchObject({
      conversationId: "talk",
      known: { id: "talk" },
      parentTurnId: "talk-2",
    });
  });

  test("an earlier state of a recorded conversation: a branch from there", async () => {
    await record("talk", TALK);
    const planned = await plan(turnRequest(["hello", "hi", "edited"]));
    expect(planned).toMatchObject({
      parentTurnId: "talk-1",
      conversationId: expect.stringMatching(/^conv_/),
    });
    expect(planned.known).toBeUndefined();
  });

  test("the last state of a named conversation: a branch, so that the named one stays as it is", async () => {
    await record("talk", TALK, { name: "my talk" });
    const planned = await plan(turnRequest([...TALK, "bye"]));
    expect(planned).toMatchObject({
      parentTurnId: "talk-2",
      conversationId: expect.stringMatching(/^conv_/),
    });
    expect(planned.known).toBeUndefined();
  });

  test("a live session that has lost its record is no parent", async () => {
    const { id } = conversation("forgotten");
    held.push({ stateHash: stateOf(TALK), conversationId: id, turnId: turnId("gone"), systemText: "" });
    const planned = await plan(turnRequest([...TALK, "bye"]));
    expect(planned.parentTurnId).toBeUndefined();
    expect(planned.history).toHaveLength(4);
  });

  test("a history never seen: a new conversation that brings it along", async () => {
    await record("talk", TALK);
    const planned = await plan(turnRequest(["hello", "hi there", "bye"]));
    expect(planned.parentTurnId).toBeUndefined();
    expect(planned.history).toEqual([message("user", "hello"), message("assistant", "hi there")]);
  });

  test("another principal's history was never seen", async () => {
    await record("talk", TALK);
    const { parentTurnId } = await plan(turnRequest([...TALK, "bye"], { principalId: BOB }));
    expect(parentTurnId).toBeUndefined();
  });

  test("two conversations that say the same: the one that was last there goes on", async () => {
    await record("left", TALK);
    await record("right", TALK);
    const { conversationId, parentTurnId } = await plan(turnRequest([...TALK, "bye"]));
    expect(parentTurnId).toBe(`${conversationId}-2`);
  });
});

describe("with a name", () => {
  test("a new name: a new conversation", async () => {
    const planned = await named(["hello"]);
    expect(planned).toMatchObject({ conversationId: expect.stringMatching(/^conv_/), baseHash: stateOf([]) });
    expect(planned.known).toBeUndefined();
  });

  test("a new name with a known history: a branch of it under this name", async () => {
    await record("talk", TALK);
    const planned = await named([...TALK, "bye"]);
    expect(planned).toMatchObject({
      parentTurnId: "talk-2",
      conversationId: expect.stringMatching(/^conv_/),
    });
  });

  test("only the new message: its own last turn goes on", async () => {
    await record("talk", TALK, { name: "my talk" });
    expect(await named(["bye"])).toMatchObject({
      conversationId: "talk",
      known: { id: "talk", name: "my talk" },
      parentTurnId: "talk-2",
      baseHash: stateOf(TALK),
      history: [],
    });
  });

  test("the whole history: the same", async () => {
    await record("talk", TALK, { name: "my talk" });
    expect(await named([...TALK, "bye"])).toMatchObject({ conversationId: "talk", parentTurnId: "talk-2" });
  });

  test("an earlier state: the same conversation, from there", async () => {
    await record("talk", TALK, { name: "my talk" });
    expect(await named(["hello", "hi", "edited"])).toMatchObject({
      conversationId: "talk",
      parentTurnId: "talk-1",
    });
  });

  test("a history never seen: the same conversation, with this history", async () => {
    await record("talk", TALK, { name: "my talk" });
    const planned = await named(["something", "else", "bye"]);
    expect(planned).toMatchObject({ conversationId: "talk", history: { length: 2 } });
    expect(planned.parentTurnId).toBeUndefined();
  });

  test("no history that is the whole one: the same conversation, from the beginning", async () => {
    await record("talk", TALK, { name: "my talk" });
    const planned = await named(["bye"], { isWholeHistory: true });
    expect(planned).toMatchObject({ conversationId: "talk", baseHash: stateOf([]), history: [] });
    expect(planned.parentTurnId).toBeUndefined();
  });

  test("twins in another conversation do not draw it away from its own last turn", async () => {
    await record("talk", TALK, { name: "my talk" });
    await record("twin", TALK);
    expect(await named([...TALK, "bye"])).toMatchObject({ conversationId: "talk", parentTurnId: "talk-2" });
  });

  test("a conversation goes by its id as well", async () => {
    await record("talk", TALK);
    expect(await named(["bye"], { conversationName: "talk" })).toMatchObject({
      conversationId: "talk",
      parentTurnId: "talk-2",
    });
  });

  test("before its first turn has ended well there is nothing to go on from", async () => {
    const begun = conversation("talk", { name: "my talk" });
    await store.beginTurn(begun, newTurn("talk-1", begun));
    const planned = await named(["again"]);
    expect(planned).toMatchObject({ conversationId: "talk", baseHash: stateOf([]) });
    expect(planned.parentTurnId).toBeUndefined();
  });

  test("another principal's name is free", async () => {
    await record("talk", TALK, { name: "my talk" });
    const planned = await named(["bye"], { principalId: BOB });
    expect(planned.known).toBeUndefined();
    expect(planned.parentTurnId).toBeUndefined();
  });

  describe("the system text", () => {
    test.each([
      ["the request's", "Be kind.", "Be kind."],
      ["or else the one it had", "", "Be brief."],
    ])("is %s", async (_, systemText, expected) => {
      await record("talk", TALK, { name: "my talk", systemText: "Be brief." });
      expect((await named(["bye"], { systemText })).systemText).toBe(expected);
    });

    test("is none when the request says so", async () => {
      await record("talk", TALK, { name: "my talk", systemText: "Be brief." });
      expect((await named(["bye"], { isWholeSystemText: true })).systemText).toBe("");
    });

    test("is the live session's where none is on record", async () => {
      const { id } = await record("talk", TALK, { name: "my talk", systemText: "" });
      held.push({ stateHash: "any", conversationId: id, turnId: turnId("talk-2"), systemText: "Be live." });
      expect((await named(["bye"])).systemText).toBe("Be live.");
    });
  });
});

describe("what is new", () => {
  test("is everything after the last answer", async () => {
    const messages = [
      message("user", "hello"),
      message("assistant", "hi"),
      message("system", "Mind the gap."),
      message("user", "one"),
      message("user", "two"),
    ];
    const planned = await plan(turnRequest([], { messages }));
    expect(planned.history).toEqual(messages.slice(0, 2));
    expect(planned.newMessages).toEqual(messages.slice(2));
  });

  test("is nothing when the history ends with an answer, which is to go on", async () => {
    const planned = await plan(turnRequest(["hello", "hi"]));
    expect(planned.history).toHaveLength(2);
    expect(planned.newMessages).toEqual([]);
  });
});
