import { describe, expect, test } from "vitest";

import { message } from "../../../test/conformance/store-fixtures.ts";
import type { Message } from "../words/message.ts";
import { requireToolResults } from "./open-calls.ts";

const results = (...ids: readonly string[]): Message => ({
  role: "tool",
  content: ids.map((callId) => ({ type: "tool-result", callId, content: [] })),
});

function problemOf(openCallIds: readonly string[], newMessages: readonly Message[]): unknown {
  try {
    requireToolResults(openCallIds, newMessages);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe("results that are complete", () => {
  test.each<[string, readonly string[], readonly Message[]]>([
    ["none for no call", [], [message("user", "hello")]],
    ["in one message", ["call_1", "call_2"], [results("call_1", "call_2")]],
    ["in several, in any order", ["call_1", "call_2"], [results("call_2"), results("call_1")]],
    ["with words after them", ["call_1"], [results("call_1"), message("user", "and?")]],
  ])("%s", (_, openCallIds, newMessages) => {
    expect(problemOf(openCallIds, newMessages)).toBeUndefined();
  });
});

describe("results that are refused", () => {
  test.each<[string, readonly string[], readonly Message[], RegExp]>([
    ["none at all", ["call_1"], [message("user", "never mind")], /did not have response messages: call_1$/],
    [
      "some missing, all of them named",
      ["call_1", "call_2", "call_3"],
      [results("call_2")],
      /did not have response messages: call_1, call_3$/,
    ],
    ["one for a call that is not open", [], [results("call_9")], /no open call with the id call_9/],
    ["one too many", ["call_1"], [results("call_1", "call_9")], /no open call with the id call_9/],
    ["one for another call", ["call_1"], [results("call_9")], /did not have response messages: call_1$/],
  ])("%s", (_, openCallIds, newMessages, words) => {
    expect(problemOf(openCallIds, newMessages)).toMatchObject({
      info: { kind: "invalid-request", param: "messages", message: expect.stringMatching(words) },
    });
  });
});
