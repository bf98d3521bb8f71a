import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { ClientCalls } from "./client-calls.ts";

const newCalls = () => new ClientCalls((name) => name === "look");

describe("a call", () => {
  test("begins, grows and ends", () => {
    const calls = newCalls();
    expect([...calls.start(1, "call_1", "look")]).toEqual([
      { type: "tool-call-start", callId: "call_1", name: "look" },
    ]);
    expect([calls.isOpen, calls.endedIds]).toEqual([true, []]);
    expect([...calls.add(1, '{"a"')]).toEqual([{ type: "tool-call-delta", callId: "call_1", text: '{"a"' }]);
    expect([...calls.add(1, ":1}")]).toHaveLength(1);
    expect([...calls.stop(1)]).toEqual([
      { type: "tool-call-end", callId: "call_1", name: "look", arguments: '{"a":1}' },
    ]);
    expect([calls.isOpen, calls.endedIds, calls.isEnded("call_1")]).toEqual([false, ["call_1"], true]);
  });

  test("without arguments has an empty object, in a piece of its own", () => {
    const calls = newCalls();
    const events = [...calls.start(0, "call_1", "look"), ...calls.add(0, ""), ...calls.stop(0)];
    expect([calls.isOpen, calls.isEnded("call_1")]).toEqual([true, true]);
    events.push(...calls.settle(false));
    expect(calls.isOpen).toBe(false);
    expect(events.slice(1)).toEqual([
      { type: "tool-call-delta", callId: "call_1", text: "{}" },
      { type: "tool-call-end", callId: "call_1", name: "look", arguments: "{}" },
    ]);
  });

  test.each(["", '{"a"'])("that a limit cuts at %j is told as cut, and was never made", (text) => {
    const calls = newCalls();
    const events = [...calls.start(0, "call_1", "look"), ...calls.add(0, text), ...calls.stop(0)];
    expect([...events, ...calls.settle(true)].at(-1)).toEqual({
      type: "tool-call-end",
      callId: "call_1",
      name: "look",
      arguments: text,
      isCut: true,
    });
    expect([calls.isOpen, calls.endedIds, calls.cutId]).toEqual([false, [], "call_1"]);
  });

  test("that is complete is not cut by a limit behind it", () => {
    const calls = newCalls();
    const events = [...calls.start(0, "call_1", "look"), ...calls.add(0, "{}"), ...calls.stop(0)];
    expect(events.at(-1)).toMatchObject({ type: "tool-call-end", arguments: "{}" });
    expect([...calls.settle(true)]).toEqual([]);
    expect([calls.endedIds, calls.cutId]).toEqual([["call_1"], undefined]);
  });

  test("of a tool that is not the client's says nothing", () => {
    const calls = newCalls();
    const events = [...calls.start(0, "call_1", "Read"), ...calls.add(0, "{}"), ...calls.stop(0)];
    expect([events, calls.isOpen, calls.endedIds]).toEqual([[], false, []]);
  });

  test("has nothing to do with other blocks of the answer", () => {
    const calls = newCalls();
    Array.from(calls.start(1, "call_1", "look"));
    expect([...calls.add(0, "text"), ...calls.stop(0)]).toEqual([]);
    expect(calls.isOpen).toBe(true);
  });

  test("that comes whole is told like any other, once", () => {
    const calls = newCalls();
    expect([...calls.whole("call_1", "look", { a: 1 })].map((event) => event.type)).toEqual([
      "tool-call-start",
      "tool-call-delta",
      "tool-call-end",
    ]);
    expect([...calls.whole("call_1", "look", { a: 1 })]).toEqual([]);
  });
});

test("calls are forgotten when they have their results", () => {
  const calls = newCalls();
  Array.from(calls.whole("call_1", "look", {}));
  calls.clear();
  expect([calls.endedIds, calls.isEnded("call_1")]).toEqual([[], false]);
});

test("whatever the pieces, they add up to the arguments", () => {
  const piece = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom("", "\u{1f680}", "caf\u00e9", '{"a":'));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const calls = newCalls();
      const events = [
        ...calls.start(0, "call_1", "look"),
        ...pieces.flatMap((one) => [...calls.add(0, one)]),
        ...calls.stop(0),
        ...calls.settle(false),
      ];
      const told = events.flatMap((event) => (event.type === "tool-call-delta" ? [event.text] : []));
      const end = events.at(-1);
      const whole = end?.type === "tool-call-end" ? end.arguments : undefined;
      expect([told.join(""), whole]).toEqual([pieces.join("") || "{}", told.join("")]);
      expect(told.includes("")).toBe(false);
    }),
  );
});
