import { expect, test } from "vitest";

import { allowedKinds } from "./json-kind.ts";

test.each([
  [{ type: "object" }, ["object"]],
  [{ type: ["array", "null"] }, ["array", "null"]],
  [{ type: "integer", nullable: true }, ["number", "null"]],
  [{ properties: {} }, ["object"]],
  [{ enum: ["a", 1, null, [], {}] }, ["string", "number", "null", "array", "object"]],
  [{ const: true }, ["boolean"]],
  [{ anyOf: [{ type: "object" }, { type: "array" }] }, ["object", "array"]],
  [{ allOf: [{ type: ["object", "string"] }, { type: "object" }] }, ["object"]],
  [{ $ref: "#/$defs/a~1b%25", $defs: { "a/b%": { type: "string" } } }, ["string"]],
])("%j allows %j", (schema, kinds) => {
  expect([...allowedKinds(schema)]).toEqual(kinds);
});

test.each([
  {},
  { $ref: "#" },
  { $ref: "#/$defs/none" },
  { $ref: "#/%" },
  { $ref: "https://example.com/schema" },
  { type: "unknown" },
  { anyOf: [true] },
])("%j allows every kind", (schema) => {
  expect(allowedKinds(schema).size).toBe(6);
});
