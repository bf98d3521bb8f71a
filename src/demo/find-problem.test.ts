import { expect, test } from "vitest";
import { findProblem } from "./find-problem.ts";
import type { RequestMessage } from "./messages-body.ts";

const call = { type: "tool_use", id: "toolu_1", name: "Bash", input: {} };
const result = { type: "tool_result", tool_use_id: "toolu_1", content: "done" };
const words = { type: "text", text: "words" };
const ask: RequestMessage = { role: "user", content: "question" };

test.each<[string, RequestMessage[]]>([
  ["a conversation", [ask, { role: "assistant", content: "answer" }, ask]],
  [
    "a tool call and its result",
    [ask, { role: "assistant", content: [call] }, { role: "user", content: [result, words] }],
  ],
  [
    "a call and a result in neighbours of one role",
    [
      ask,
      { role: "assistant", content: "let me see" },
      { role: "assistant", content: [call] },
      { role: "user", content: [result] },
      { role: "user", content: "and?" },
    ],
  ],
  [
    "role system anywhere",
    [
      ask,
      { role: "system", content: "environment" },
      { role: "assistant", content: [call] },
      { role: "system", content: "reminder" },
      { role: "user", content: [result] },
      { role: "system", content: "reminder" },
    ],
  ],
])("accepts %s", (_name, messages) => {
  expect(findProblem({ model: "m", max_tokens: 1, messages })).toBeUndefined();
});

test.each<[string, RequestMessage[], string]>([
  ["no messages", [], "at least one message"],
  ["an assistant first", [{ role: "assistant", content: "hi" }], 'must use the "user" role'],
  ["an empty text block", [{ role: "user", content: [{ type: "text", text: "" }] }], "must be non-empty"],
  ["a blank text block", [{ role: "user", content: " \n" }], "non-whitespace"],
  ["an empty message", [{ role: "user", content: [] }], "non-empty content"],
  ["a text block without text", [{ role: "user", content: [{ type: "text" }] }], "Field required"],
  ["an orphan result", [{ role: "user", content: [result] }], "unexpected `tool_use_id`"],
  ["a missing result", [ask, { role: "assistant", content: [call] }, ask], "without `tool_result` blocks"],
  [
    "text before the result",
    [ask, { role: "assistant", content: [call] }, { role: "user", content: [words, result] }],
    "without `tool_result` blocks",
  ],
  [
    "a repeated id",
    [ask, { role: "assistant", content: [call, call] }, { role: "user", content: [result] }],
    "ids must be unique",
  ],
  ["an answer to continue", [ask, { role: "assistant", content: "I think" }], "prefill"],
])("refuses %s", (_name, messages, problem) => {
  expect(findProblem({ model: "m", max_tokens: 1, messages })).toContain(problem);
});
