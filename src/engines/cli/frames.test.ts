import { expect, test } from "vitest";

import { frameOf } from "./frames.ts";

test.each([
  ["a line of another program", "Welcome to this machine!"],
  ["JSON that is no message", '[1,2]\n"text"'],
  ["an object without a type", '{"hello":"world"}'],
  ["half a message", '{"type":"result","subtype"'],
  ["an empty line", ""],
  ["a sign of life", '{"type":"keep_alive"}'],
  ["an answer to nothing", '{"type":"control_response","response":{"subtype":"success"}}'],
  ["a request without an id", '{"type":"control_request","request":{"subtype":"can_use_tool"}}'],
])("%s says nothing", (_, line) => {
  expect(frameOf(line)).toBeUndefined();
});

test("messages, requests, withdrawals and answers are told apart", () => {
  expect(frameOf('{"type":"system","subtype":"init"}\r')).toEqual({
    type: "message",
    message: { type: "system", subtype: "init" },
  });
  expect(frameOf('{"type":"control_request","request_id":"1","request":{"subtype":"elicitation"}}')).toEqual({
    type: "question",
    id: "1",
    question: { subtype: "elicitation" },
  });
  expect(frameOf('{"type":"control_cancel_request","request_id":"1"}')).toEqual({
    type: "question-withdrawn",
    id: "1",
  });
  expect(answer({ subtype: "success", response: { mode: "plan" } })).toEqual({
    type: "answer",
    id: "2",
    answer: { type: "success", response: { mode: "plan" } },
  });
  expect(answer({ subtype: "success" })).toMatchObject({ answer: { type: "success", response: {} } });
  expect(answer({ subtype: "error", error: "Unknown" })).toEqual({
    type: "answer",
    id: "2",
    answer: { type: "error", message: "Unknown" },
  });
});

function answer(response: object) {
  return frameOf(JSON.stringify({ type: "control_response", response: { request_id: "2", ...response } }));
}
