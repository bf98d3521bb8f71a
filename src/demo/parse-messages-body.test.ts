import { expect, test } from "vitest";
import { parseMessagesBody } from "./parse-messages-body.ts";

const body = { model: "m", max_tokens: 5, messages: [{ role: "user", content: "hi" }], temperature: 1 };

test("keeps every field of a valid body", () => {
  expect(parseMessagesBody(JSON.stringify(body))).toEqual({ type: "body", body });
});

test("needs no max_tokens where the caller allows it", () => {
  const source = JSON.stringify({ ...body, max_tokens: undefined });
  expect(parseMessagesBody(source).type).toBe("problem");
  expect(parseMessagesBody(source, { maxTokens: "optional" }).type).toBe("body");
});

test.each([
  ["{", "not valid JSON"],
  ["[]", "not a JSON object"],
  [JSON.stringify({ ...body, model: 1 }), "model: Field required"],
  [JSON.stringify({ ...body, max_tokens: 0 }), "max_tokens"],
  [JSON.stringify({ ...body, messages: {} }), "messages: Field required"],
  [JSON.stringify({ ...body, messages: [1] }), "messages.0: Input should be an object"],
  [JSON.stringify({ ...body, messages: [{ role: "tool", content: "x" }] }), "messages.0.role"],
  [JSON.stringify({ ...body, messages: [{ role: "user", content: [{}] }] }), "messages.0.content"],
  [JSON.stringify({ ...body, system: 1 }), "system"],
  [JSON.stringify({ ...body, tools: [{}] }), "tools"],
  [JSON.stringify({ ...body, thinking: "on" }), "thinking"],
])("refuses %s", (source, message) => {
  expect(parseMessagesBody(source)).toEqual({ type: "problem", message: expect.stringContaining(message) });
});
