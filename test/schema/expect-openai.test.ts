import { expect, test } from "vitest";

import { expectChatChunk, expectChatCompletion, expectErrorBody, expectModelList } from "./expect-openai.ts";

const MESSAGE = { role: "assistant", content: "hi", refusal: null };
const COMPLETION = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "sonnet",
  choices: [{ index: 0, message: MESSAGE, logprobs: null, finish_reason: "stop" }],
};

function withMessage(fields: object) {
  const [choice] = COMPLETION.choices;
  return { ...COMPLETION, choices: [{ ...choice, message: { ...MESSAGE, ...fields } }] };
}

test("a completion by OpenAI's type passes, with our own field too", () => {
  expectChatCompletion(COMPLETION);
  expectChatCompletion(withMessage({ reasoning_content: "hm" }));
  expectChatCompletion(
    withMessage({
      content: null,
      tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }],
    }),
  );
});

test.each<[string, object]>([
  ["an unknown field", { ...COMPLETION, claude: {} }],
  ["an unknown field deep inside", withMessage({ thinking: "hm" })],
  ["a field that is missing", withMessage({ refusal: undefined })],
  ["a wrong type", withMessage({ content: 7 })],
  [
    "a finish reason that nobody knows",
    { ...COMPLETION, choices: [{ ...COMPLETION.choices[0], finish_reason: "end" }] },
  ],
  [
    "a call without arguments",
    withMessage({ tool_calls: [{ id: "c", type: "function", function: { name: "f" } }] }),
  ],
])("a completion with %s is refused", (_, body) => {
  expect(() => expectChatCompletion(structuredClone(body))).toThrow("ChatCompletion");
});

test("chunks, errors and model lists are checked as closely", () => {
  const chunk = { ...COMPLETION, object: "chat.completion.chunk", choices: [] };
  expectChatChunk(chunk);
  expect(() => expectChatChunk({ ...chunk, object: "chat.completion" })).toThrow("ChatCompletionChunk");
  expect(() =>
    expectChatChunk({ ...chunk, choices: [{ index: 0, delta: { thinking: "" }, finish_reason: null }] }),
  ).toThrow("ChatCompletionChunk");

  const error = { message: "No.", type: "invalid_request_error", param: null, code: null };
  expectErrorBody({ error });
  expect(() => expectErrorBody(error)).toThrow("ErrorBody");
  expect(() => expectErrorBody({ error: { ...error, stack: "at" } })).toThrow("ErrorBody");

  const model = { id: "sonnet", object: "model", created: 1, owned_by: "anthropic" };
  expectModelList({ object: "list", data: [model] });
  expect(() => expectModelList({ object: "list", data: [{ ...model, profile: "chat" }] })).toThrow(
    "ModelList",
  );
});
