import { expect, test } from "vitest";

import { conversationId } from "../../../test/conformance/store-fixtures.ts";
import { ConversationGate } from "./conversation-gate.ts";

const SIGNAL = new AbortController().signal;
const ONE = conversationId("one");

test("one after the other, in the order they came; other conversations do not wait", async () => {
  const gate = new ConversationGate();
  const order: string[] = [];
  const enter = async (name: string) => {
    const leave = await gate.enter(ONE, SIGNAL);
    order.push(name);
    return leave;
  };
  const first = await enter("first");
  const second = enter("second");
  const third = enter("third");
  (await gate.enter(conversationId("two"), SIGNAL))();
  expect(order).toEqual(["first"]);
  first();
  first();
  (await second)();
  (await third)();
  expect(order).toEqual(["first", "second", "third"]);
  (await gate.enter(ONE, SIGNAL))();
});

test("who gives up does not hold up the others", async () => {
  const gate = new ConversationGate();
  const leave = await gate.enter(ONE, SIGNAL);
  const abort = new AbortController();
  const impatient = gate.enter(ONE, abort.signal);
  const patient = gate.enter(ONE, SIGNAL);
  abort.abort(new Error("gone"));
  await expect(impatient).rejects.toThrow("gone");
  leave();
  (await patient)();
});

test("too many that wait are told to come later", async () => {
  const gate = new ConversationGate();
  const leave = await gate.enter(ONE, SIGNAL);
  const waiting = Array.from({ length: 100 }, () => gate.enter(ONE, SIGNAL));
  await expect(gate.enter(ONE, SIGNAL)).rejects.toMatchObject({ info: { kind: "queue-full" } });
  leave();
  for (const each of waiting) (await each)();
  (await gate.enter(ONE, SIGNAL))();
});
