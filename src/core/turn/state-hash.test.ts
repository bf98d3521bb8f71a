import { isDeepStrictEqual } from "node:util";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { ALICE, BOB, message } from "../../../test/conformance/store-fixtures.ts";
import { anyAnswer, anyMessage } from "../../../test/engine/any-message.ts";
import { CHAT_PROFILE } from "../../../test/engine/turn-fixtures.ts";
import {
  type AnswerMessage,
  type AnswerPart,
  type Message,
  messageText,
  toolCallsOf,
} from "../words/message.ts";
import type { ModelTarget } from "../words/profile.ts";
import { extendState, hashState } from "./state-hash.ts";

const TARGET: ModelTarget = { modelId: "gpt-4o", profile: CHAT_PROFILE, model: "sonnet" };
const HISTORY = [message("user", "hello"), message("assistant", "hi")];

const stateFor = (target: Partial<ModelTarget>) =>
  hashState({ principalId: ALICE, target: { ...TARGET, ...target } }, HISTORY);
const stateOf = (messages: readonly Message[]) => hashState({ principalId: ALICE, target: TARGET }, messages);
const stateAfter = (...content: readonly AnswerPart[]) => stateOf([{ role: "assistant", content }]);

test.each([
  ["a short text", "hello", "Sm54TjrL9TR38eYJTpp13PIQeilRVY6AVIQV5ixGjMw"],
  ["a lone surrogate", "\ud800x", "5t1Kux9R6y4BMgM_NDF5nVsBk0azjYj9vI9AR8HcFWg"],
  ["a text of several pieces", "é".repeat(40_000), "uIgF9jfj05SneTtRcC6N-YP6VvK2lqF6Z_-U_J-reQ4"],
])("a state on record is found again by a later version: %s", (_, text, state) => {
  expect(stateOf([message("user", text), message("assistant", "hi")])).toBe(state);
});

describe("the scope", () => {
  const state = stateFor({});

  test("two principals never share a state", () => {
    expect(hashState({ principalId: BOB, target: TARGET }, HISTORY)).not.toBe(state);
  });

  test.each([
    ["model", { model: "opus" }],
    ["profile", { profile: { ...CHAT_PROFILE, name: "other" } }],
    ["workspace", { profile: { ...CHAT_PROFILE, workspace: "/elsewhere" } }],
  ])("another %s is another state", (_, target) => {
    expect(stateFor(target)).not.toBe(state);
  });

  test("what the client calls the model does not matter", () => {
    expect(stateFor({ modelId: "claude-sonnet" })).toBe(state);
  });
});

/** What two messages must have in common to be the same to a client that sends them back. */
function meaning(one: Message): unknown {
  if (one.role !== "assistant") return [one.role, one.content];
  const calls = toolCallsOf(one).map((call) => [call.callId, call.name, jsonMeaning(call.arguments)]);
  return [one.role, messageText(one), calls];
}

function jsonMeaning(json: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    return ["JSON", value];
  } catch {
    return ["no JSON", json];
  }
}

/** The answer as another client might send it back: split differently, without its thinking, its arguments rewritten. */
function retell({ content }: AnswerMessage): AnswerMessage {
  const letters = [...messageText({ role: "assistant", content })];
  const calls = content.filter((part) => part.type === "tool-call");
  return {
    role: "assistant",
    content: [
      ...letters.map((letter) => ({ type: "text" as const, text: letter })),
      ...calls.map((call) => ({ ...call, arguments: rewriteJson(call.arguments) })),
    ],
  };
}

/** The same JSON with its keys in reverse order, spread over several lines. */
function rewriteJson(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), turnKeysRound, 3);
  } catch {
    return json;
  }
}

function turnKeysRound(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toReversed());
}

/** Adds a letter to the text or to a tool's result. */
function addLetter(one: Message): Message {
  const letter = { type: "text", text: "x" } as const;
  switch (one.role) {
    case "assistant":
      return { ...one, content: [...one.content, letter] };
    case "tool":
      return {
        ...one,
        content: one.content.map((part) => ({ ...part, content: [...part.content, letter] })),
      };
    default:
      return { ...one, content: [...one.content, letter] };
  }
}

describe("the messages", () => {
  test("an answer is its text, whole or in parts", () => {
    const content = [
      { type: "text", text: "Hel" },
      { type: "text", text: "lo" },
    ] as const;
    expect(stateOf([message("assistant", "Hello")])).toBe(stateOf([{ role: "assistant", content }]));
    expect(stateOf([{ role: "user", content }])).not.toBe(stateOf([message("user", "Hello")]));
  });

  test("an answer that is told otherwise, but means the same, is the same", () => {
    fc.assert(
      fc.property(anyAnswer, (answer) => {
        expect(stateOf([retell(answer)])).toBe(stateOf([answer]));
      }),
      { numRuns: 300 },
    );
  });

  const call = { type: "tool-call", callId: "call_1", name: "look", arguments: '{"at":"x"}' } as const;

  test.each([
    ["id", { callId: "call_2" }],
    ["name", { name: "see" }],
    ["arguments", { arguments: '{"at":"y"}' }],
    ["arguments, which are no JSON any more", { arguments: '{"at":"x"' }],
  ])("a call of another %s is another state", (_, change) => {
    expect(stateAfter({ ...call, ...change })).not.toBe(stateAfter(call));
  });

  test("the order and number of calls count, and a call is none when it is only a text", () => {
    const other = { ...call, callId: "call_2" };
    const states = [[], [call], [other], [call, other], [other, call], [call, call]].map((calls) =>
      stateAfter(...calls),
    );
    expect(new Set(states).size).toBe(states.length);
    expect(stateOf([message("user", JSON.stringify(call))])).not.toBe(stateAfter(call));
  });

  test("a result that is an error is another one than the same text as a success", () => {
    const result = {
      type: "tool-result",
      callId: "call_1",
      content: [{ type: "text", text: "no" }],
    } as const;
    const failed = { ...result, isError: true } as const;
    expect(stateOf([{ role: "tool", content: [failed] }])).not.toBe(
      stateOf([{ role: "tool", content: [result] }]),
    );
  });

  test("any difference, also in order and in number, is another state", () => {
    const history = fc.array(anyMessage, { maxLength: 4 });
    fc.assert(
      fc.property(history, history, (left, right) => {
        // The copies are plain objects; some of the originals have no prototype, which must not count as a difference here.
        const [one, other] = [left, right].map((messages) => structuredClone(messages.map(meaning)));
        const isSame = isDeepStrictEqual(one, other);
        expect(stateOf(left) === stateOf(right)).toBe(isSame);
      }),
      { numRuns: 500 },
    );
  });

  test("a changed letter anywhere is another state", () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { minLength: 1, maxLength: 6 }), fc.nat(), (messages, pick) => {
        const at = pick % messages.length;
        const changed = messages.map((one, index) => (index === at ? addLetter(one) : one));
        expect(stateOf(changed)).not.toBe(stateOf(messages));
      }),
    );
  });

  test("a state that grows turn by turn is the state of the whole history", () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 6 }), fc.nat({ max: 6 }), (messages, cut) => {
        expect(extendState(stateOf(messages.slice(0, cut)), messages.slice(cut))).toBe(stateOf(messages));
      }),
    );
  });
});
