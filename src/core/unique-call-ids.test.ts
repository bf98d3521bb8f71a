import { expect, test } from "vitest";

import type { Message } from "./message.ts";
import { uniqueCallIds } from "./unique-call-ids.ts";

function call(callId: string): Message {
  return { role: "assistant", content: [{ type: "tool-call", callId, name: "f", arguments: "{}" }] };
}

function result(callId: string): Message {
  return {
    role: "tool",
    content: [{ type: "tool-result", callId, content: [{ type: "text", text: callId }] }],
  };
}

function idsOf(messages: readonly Message[]): readonly string[] {
  return messages.flatMap((message) =>
    message.content.flatMap((part) => ("callId" in part ? [part.callId] : [])),
  );
}

test("good ids stay as they are", () => {
  const messages = [call("toolu_1"), result("toolu_1"), call("call-2"), result("call-2")];
  expect(uniqueCallIds(messages)).toEqual(messages);
});

test("an id that comes again gets another one, and so does its result", () => {
  const ids = idsOf(uniqueCallIds([call("0"), result("0"), call("0"), result("0"), call("0"), result("0")]));
  expect(ids).toEqual(["0", "0", "0_2", "0_2", "0_3", "0_3"]);
});

test("an id that the API would refuse gets one that it takes, always the same", () => {
  const ids = idsOf(uniqueCallIds([call("functions.f:0"), result("functions.f:0"), call(""), result("")]));
  expect(ids[0]).toMatch(/^call_[0-9a-f]{24}$/);
  expect([ids[1], ids[3]]).toEqual([ids[0], ids[2]]);
  expect(ids[2]).not.toBe(ids[0]);
  expect(idsOf(uniqueCallIds([call("functions.f:0")]))).toEqual([ids[0]]);
});
