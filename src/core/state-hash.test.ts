import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { ALICE, BOB, message } from "../../test/conformance/store-fixtures.ts";
import { CHAT_PROFILE } from "../../test/engine/turn-fixtures.ts";
import type { Message } from "./message.ts";
import type { ModelTarget } from "./profile.ts";
import { extendState, hashState } from "./state-hash.ts";

const TARGET: ModelTarget = { modelId: "gpt-4o", profile: CHAT_PROFILE, model: "sonnet" };
const HISTORY = [message("user", "hello"), message("assistant", "hi")];

const stateFor = (target: Partial<ModelTarget>) =>
  hashState({ principalId: ALICE, target: { ...TARGET, ...target } }, HISTORY);
const stateOf = (messages: readonly Message[]) => hashState({ principalId: ALICE, target: TARGET }, messages);

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

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 5 }),
  fc.constantFrom("", "a", "ab", "1:a", "\ud800", "\udfff"),
);
const anyMessage: fc.Arbitrary<Message> = fc.record({
  role: fc.constantFrom("system", "user", "assistant"),
  content: fc.array(fc.record({ type: fc.constant("text" as const), text }), { minLength: 1, maxLength: 3 }),
});

/** What two messages must have in common to be the same to a client that sends them back. */
function meaning({ role, content }: Message): string {
  const texts = content.map((part) => part.text);
  return JSON.stringify([role, role === "assistant" ? texts.join("") : texts]);
}

describe("the messages", () => {
  test("an answer is its text, whole or in parts", () => {
    const inParts: Message = {
      role: "assistant",
      content: [
        { type: "text", text: "Hel" },
        { type: "text", text: "lo" },
      ],
    };
    expect(stateOf([message("assistant", "Hello")])).toBe(stateOf([inParts]));
    expect(stateOf([{ ...inParts, role: "user" }])).not.toBe(stateOf([message("user", "Hello")]));
  });

  test("any difference, also in order and in number, is another state", () => {
    const history = fc.array(anyMessage, { maxLength: 4 });
    fc.assert(
      fc.property(history, history, (left, right) => {
        const isSame = left.map(meaning).join("\n") === right.map(meaning).join("\n");
        expect(stateOf(left) === stateOf(right)).toBe(isSame);
      }),
      { numRuns: 500 },
    );
  });

  test("a changed letter anywhere is another state", () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { minLength: 1, maxLength: 6 }), fc.nat(), (messages, pick) => {
        const at = pick % messages.length;
        const changed = messages.map((one, index) =>
          index === at ? { ...one, content: [...one.content, { type: "text" as const, text: "x" }] } : one,
        );
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
