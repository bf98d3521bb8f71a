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

test("a schema that refers twice to the next, and so on, is read once at each level", () => {
  const $defs = Object.fromEntries(
    Array.from({ length: 200 }, (_, level) => {
      const next = { $ref: `#/$defs/d${level + 1}` };
      return [`d${level}`, level === 199 ? { type: "string" } : { anyOf: [next, { ...next }] }];
    }),
  );
  expect([...allowedKinds({ $ref: "#/$defs/d0", $defs })]).toEqual(["string"]);
});
