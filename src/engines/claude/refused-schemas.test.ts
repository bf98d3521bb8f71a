import { expect, test } from "vitest";

import { RefusedSchemas } from "./refused-schemas.ts";

const FORMAT = { format: { type: "object" } } as const;
const TOOLS = { tools: [{ type: "object", title: "tool" }] } as const;

function refusal(message: string, kind: "upstream-invalid-request" | "billing" = "upstream-invalid-request") {
  return { kind, message: `The model's API failed: API Error: 400 ${message}` } as const;
}

test.each([
  "The compiled grammar is too large, which would cause performance issues. Simplify your tool schemas.",
  "output_config.format.schema: Invalid schema: Schema is too complex for compilation.",
  "Schemas contains too many optional parameters (25), which would make grammar compilation inefficient.",
  "output_config: Extra inputs are not permitted",
])("a schema is learned once from: %s", (message) => {
  const schemas = new RefusedSchemas();
  expect(schemas.has(FORMAT.format)).toBe(false);
  expect(schemas.learn(FORMAT, refusal(message))).toBe(true);
  expect(schemas.has({ ...FORMAT.format })).toBe(true);
  expect(schemas.learn(FORMAT, refusal(message))).toBe(false);
});

test.each([
  refusal("messages.0: text content blocks must be non-empty"),
  refusal("tools.0.custom.input_schema: JSON schema is invalid"),
  refusal("the grammar is too large", "billing"),
])("nothing is learned from $message", (error) => {
  expect(new RefusedSchemas().learn(FORMAT, error)).toBe(false);
});

test("nothing is learned without a schema", () => {
  expect(new RefusedSchemas().learn({}, refusal("grammar too large"))).toBe(false);
});

test.each([
  "tools.0.custom: Schema keyword 'not' is not supported",
  "tools.0.custom.strict: Extra inputs are not permitted",
  "Schemas contains too many optional parameters (25), which would make grammar compilation inefficient.",
])("schemas of tools are learned once from: %s", (message) => {
  const schemas = new RefusedSchemas();
  expect(schemas.learn(TOOLS, refusal(message))).toBe(true);
  expect(schemas.has({ ...TOOLS.tools[0] })).toBe(true);
  expect(schemas.learn(TOOLS, refusal(message))).toBe(false);
});

test("where it may be either, tools come first, unless the refusal names the format", () => {
  const schemas = new RefusedSchemas();
  const both = { ...TOOLS, ...FORMAT };
  expect(schemas.learn(both, refusal("The compiled grammar is too large."))).toBe(true);
  expect([schemas.has(TOOLS.tools[0]), schemas.has(FORMAT.format)]).toEqual([true, false]);
  expect(schemas.learn(both, refusal("The compiled grammar is too large."))).toBe(true);
  expect(schemas.has(FORMAT.format)).toBe(true);
  const other = new RefusedSchemas();
  expect(other.learn(both, refusal("output_config.format.schema: Invalid schema"))).toBe(true);
  expect([other.has(TOOLS.tools[0]), other.has(FORMAT.format)]).toEqual([false, true]);
});
