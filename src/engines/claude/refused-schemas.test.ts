import { expect, test } from "vitest";

import { RefusedSchemas } from "./refused-schemas.ts";

const FORMAT = { type: "json-schema", name: "city", schema: { type: "object" } } as const;

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
  expect(schemas.has(FORMAT.schema)).toBe(false);
  expect(schemas.learn(FORMAT, refusal(message))).toBe(true);
  expect(schemas.has({ ...FORMAT.schema })).toBe(true);
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
  const error = refusal("grammar too large");
  expect(new RefusedSchemas().learn(undefined, error)).toBe(false);
  expect(new RefusedSchemas().learn({ type: "json-object" }, error)).toBe(false);
});
