import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Message } from "../../core/message.ts";
import { dropOldestMessages } from "./drop-oldest-messages.ts";

function message(role: "user" | "system" | "assistant", text: string): Message {
  return { role, content: [{ type: "text", text }] };
}

const CALL: Message = {
  role: "assistant",
  content: [{ type: "tool-call", callId: "call_1", name: "look", arguments: "{}" }],
};
const RESULT: Message = {
  role: "tool",
  content: [{ type: "tool-result", callId: "call_1", content: [{ type: "text", text: "x".repeat(1000) }] }],
};

describe("what is left of a conversation that is too long", () => {
  test("is its newer half", () => {
    const messages = Array.from({ length: 10 }, (_, index) =>
      message(index % 2 === 0 ? "user" : "assistant", "x".repeat(100)),
    );
    expect(dropOldestMessages(messages)).toEqual(messages.slice(6));
  });

  test("does not begin with the result of a call", () => {
    const last = message("user", "thanks");
    expect(dropOldestMessages([message("user", "look"), CALL, RESULT, last])).toEqual([last]);
  });

  test("has the last thing that a person said, however long it is", () => {
    const last = message("user", "x".repeat(10_000));
    expect(dropOldestMessages([message("user", "hi"), message("assistant", "hello"), last])).toEqual([last]);
  });

  test("is nothing when there is only one thing that a person said", () => {
    expect(dropOldestMessages([message("user", "look"), CALL, RESULT])).toBeUndefined();
  });

  test("is always an end of it that is shorter and begins with a person", () => {
    const anyMessage = fc.oneof(
      fc.string().map((text) => message("user", text)),
      fc.string().map((text) => message("assistant", text)),
      fc.constantFrom(CALL, RESULT, message("system", "rule")),
    );
    fc.assert(
      fc.property(fc.array(anyMessage), (messages) => {
        const left = dropOldestMessages(messages);
        if (!left) {
          expect(messages.slice(1).some(({ role }) => role === "user")).toBe(false);
          return;
        }
        expect(left.length).toBeLessThan(messages.length);
        expect(left[0]?.role).toBe("user");
        expect(messages.slice(-left.length)).toEqual(left);
      }),
    );
  });
});
