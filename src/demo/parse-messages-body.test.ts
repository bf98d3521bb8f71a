import { expect, test } from "vitest";
import { parseMessagesBody } from "./parse-messages-body.ts";

const body = { model: "m", max_tokens: 5, messages: [{ role: "user", content: "hi" }], temperature: 1 };

test("keeps every field of a valid body", () => {
  expect(parseMessagesBody(JSON.stringify(body))).toEqual({ type: "json", json: body, body });
});

test.each([
  ["{", "not valid JSON"],
  ["[]", "not a JSON object"],
])("cannot read %s", (source, message) => {
  expect(parseMessagesBody(source)).toEqual({ type: "problem", message: expect.stringContaining(message) });
});

test.each([
  ["a model that is no text", { model: 1 }],
  ["messages that are no list", { messages: {} }],
  ["a message that is no object", { messages: [1] }],
  ["an unknown role", { messages: [{ role: "tool", content: "x" }] }],
  ["a block without a type", { messages: [{ role: "user", content: [{}] }] }],
  ["a system text that is a number", { system: 1 }],
  ["a tool that is no object", { tools: [1] }],
  ["thinking that is a word", { thinking: "on" }],
])("leaves it to the rules what is wrong with %s", (_name, fields) => {
  const parsed = parseMessagesBody(JSON.stringify({ ...body, ...fields }));
  expect(parsed.type).toBe("json");
  expect(parsed).not.toHaveProperty("body");
});
