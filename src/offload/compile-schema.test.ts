import { describe, expect, test } from "vitest";

import { compileSchema, SchemaError } from "./compile-schema.ts";

describe("compileSchema", () => {
  test("says where and by which rule a value does not fit, not what it is", () => {
    const check = compileSchema({
      type: "object",
      properties: { items: { type: "array", items: { type: "object", required: ["name"] } } },
      additionalProperties: false,
    });
    expect(check({ items: [{ name: "x" }] })).toBeUndefined();
    expect(check({ items: [{ name: "x" }, {}] })).toBe("/items/1 must have required property 'name'");
    expect(check({ secret: 1 })).toBe("the value must NOT have additional properties");
    expect(check("secret")).toBe("the value must be object");
  });

  test.each([
    { name: "formats", schema: { type: "string", format: "email" }, good: "a@example.com", bad: "a" },
    { name: "patterns", schema: { pattern: "^\\p{Lu}+$" }, good: "ÄB", bad: "b" },
    { name: "patterns without the flag u", schema: { pattern: "^a\\-b$" }, good: "a-b", bad: "ab" },
    {
      name: "draft 2020-12",
      schema: { prefixItems: [{ type: "integer" }], items: { type: "string" } },
      good: [1, "a"],
      bad: ["a"],
    },
    {
      name: "draft 7, named",
      schema: {
        $schema: "http://json-schema.org/draft-07/schema#",
        items: [{ type: "integer" }],
        additionalItems: false,
      },
      good: [1],
      bad: [1, 2],
    },
    {
      name: "draft 7, not named",
      schema: { items: [{ $ref: "#/definitions/id" }], definitions: { id: { type: "integer" } } },
      good: [1],
      bad: ["a"],
    },
    {
      name: "draft 2019-09",
      schema: { $schema: "https://json-schema.org/draft/2019-09/schema", dependentRequired: { a: ["b"] } },
      good: {},
      bad: { a: 1 },
    },
    {
      name: "recursion",
      schema: {
        $id: "https://example.com/tree",
        type: "object",
        properties: { children: { type: "array", items: { $ref: "https://example.com/tree" } } },
      },
      good: { children: [{ children: [] }] },
      bad: { children: [{ children: 1 }] },
    },
    { name: "what would check later", schema: { $async: true, type: "string" }, good: "a", bad: 1 },
    { name: "OpenAPI's nullable", schema: { type: "string", nullable: true }, good: null, bad: 1 },
    {
      name: "schemas without an end",
      schema: { $ref: "#/$defs/a", $defs: { a: { type: "null" } } },
      good: null,
      bad: 1,
    },
  ])("knows $name", ({ schema, good, bad }) => {
    const check = compileSchema(schema);
    expect(check(good)).toBeUndefined();
    expect(check(bad)).toEqual(expect.any(String));
  });

  test.each([
    { "x-hint": 1, type: "string", format: "made-up" },
    { pattern: "(?P<year>\\d{4})" },
    { $schema: "https://example.com/no-such-dialect" },
  ])("takes what it does not know: %j", (schema) => {
    expect(compileSchema(schema)("a")).toBeUndefined();
  });

  test.each([
    { type: "text" },
    { required: "name" },
    { $ref: "#/$defs/none" },
    { $ref: "https://example.com/schema" },
  ])("refuses %j", (schema) => {
    expect(() => compileSchema(schema)).toThrow(SchemaError);
  });

  test("what one schema names means nothing in another", () => {
    compileSchema({ $id: "https://example.com/other", $defs: { a: { $id: "https://example.com/a" } } });
    expect(() => compileSchema({ $ref: "https://example.com/a" })).toThrow(SchemaError);
    const again = compileSchema({ $id: "https://example.com/other", type: "string" });
    expect(again(1)).toBe("the value must be string");
  });

  test("a value nested too deeply for a recursive schema does not fit", () => {
    const check = compileSchema({ type: "array", items: { $ref: "#" } });
    let value: unknown = [];
    for (let depth = 0; depth < 200_000; depth += 1) value = [value];
    expect(check(value)).toBe("it is nested too deeply");
  });
});
