import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Message } from "../words/message.ts";
import { abilitiesOf } from "../models/abilities-of.ts";
import { estimateTokens } from "./estimate-tokens.ts";
import { shortenMessages } from "./shorten-messages.ts";

const MODEL = abilitiesOf("claude-haiku-4-5");

function message(role: "user" | "system" | "assistant", text: string): Message {
  return { role, content: [{ type: "text", text }] };
}

const call = (callId: string): Message => ({
  role: "assistant",
  content: [{ type: "tool-call", callId, name: "look", arguments: "{}" }],
});
const result = (callId: string, length = 40): Message => ({
  role: "tool",
  content: [{ type: "tool-result", callId, content: [{ type: "text", text: "word ".repeat(length) }] }],
});
const round = (callId: string): readonly Message[] => [call(callId), result(callId)];

const sizeOf = (messages: readonly Message[]) =>
  estimateTokens(
    { systemText: "", messages, tools: { list: [], choice: { type: "auto" }, isParallel: true } },
    MODEL,
  );
const shorten = (messages: readonly Message[], maxTokens: number) =>
  shortenMessages(messages, MODEL, maxTokens);

describe("what is left of a conversation that is too long", () => {
  test("is as much of its end as fits", () => {
    const messages = Array.from({ length: 10 }, (_, index) =>
      message(index % 2 === 0 ? "user" : "assistant", "word ".repeat(100)),
    );
    expect(shorten(messages, sizeOf(messages.slice(4)))).toEqual(messages.slice(4));
    expect(shorten(messages, sizeOf(messages.slice(4)) - 10)).toEqual(messages.slice(6));
  });

  test("does not begin with the result of a call, nor behind a call whose result is to come", () => {
    const last = message("user", "thanks");
    const messages = [message("user", "look"), call("a"), message("user", "hurry"), result("a"), last];
    expect(shorten(messages, 200)).toEqual([last]);
  });

  test("of long work, is the word that it began with and its newest rounds", () => {
    const task = message("user", "Mend it.");
    const work = ["a", "b", "c", "d"].flatMap(round);
    const messages = [message("user", "hi"), message("assistant", "hello"), task, ...work];
    const room = sizeOf([task, ...work.slice(-4)]);
    expect(shorten(messages, room)).toEqual([task, ...work.slice(-4)]);
    // The last round is what the model must continue from, however long it is.
    expect(shorten([task, ...work], 1)).toEqual([task, ...work.slice(-2)]);
  });

  test("has parallel calls with all of their results", () => {
    const task = message("user", "Mend it.");
    const parallel = [call("a"), call("b"), result("a"), result("b")];
    expect(shorten([task, ...round("z"), ...parallel], 1)).toEqual([task, ...parallel]);
  });

  test("has the last thing that a person said, however long it is", () => {
    const last = message("user", "x".repeat(10_000));
    expect(shorten([message("user", "hi"), message("assistant", "hello"), last], 10)).toEqual([last]);
  });

  test("is nothing when there is only one round after the only thing that a person said", () => {
    expect(shorten([message("user", "look"), ...round("a")], 1)).toBeUndefined();
    expect(shorten([message("user", "look")], 1)).toBeUndefined();
    expect(shorten([], 1)).toBeUndefined();
  });

  test("is always shorter, begins with a person, and has a call for each result", () => {
    const anyRound = fc
      .nat(3)
      .map((count) => Array.from({ length: count + 1 }, (_, index) => `call_${index}`));
    const anyPart = fc.oneof(
      fc.string().map((text) => [message("user", text)]),
      fc.string().map((text) => [message("assistant", text)]),
      fc.string().map((text) => [message("system", text)]),
      // Clients restart the numbering of their calls in each round.
      anyRound.map((ids) => [...ids.map(call), ...ids.map((id) => result(id))]),
    );
    fc.assert(
      fc.property(fc.array(anyPart), fc.nat(3000), (parts, maxTokens) => {
        const messages = parts.flat();
        const left = shorten(messages, maxTokens);
        if (!left) return;
        expect(left.length).toBeLessThan(messages.length);
        expect(left[0]?.role).toBe("user");
        expect(left.at(-1)).toBe(messages.at(-1));
        expect(messages.filter((each) => left.includes(each))).toEqual(left);
        const called = new Set<string>();
        for (const part of left.flatMap(({ content }) => [...content])) {
          if (part.type === "tool-call") called.add(part.callId);
          if (part.type === "tool-result") expect(called).toContain(part.callId);
        }
      }),
    );
  });
});
