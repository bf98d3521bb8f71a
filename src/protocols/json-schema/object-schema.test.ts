import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { JsonObject } from "../../core/words/client-tool.ts";
import { readObjectSchema } from "./object-schema.ts";

const DRAFT_7 = "http://json-schema.org/draft-07/schema#";
const TOP_LEVEL =
  "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level.";

function read(schema: JsonObject): unknown {
  return readObjectSchema(schema, true);
}

/** A schema with this many levels. */
function nested(levels: number): JsonObject {
  let schema: JsonObject = { type: "object" };
  for (let level = 0; level < levels; level += 1) schema = { properties: { inner: schema } };
  return schema;
}

describe("a schema that is fine", () => {
  test.each<JsonObject>([
    { type: "object" },
    { type: "object", properties: {}, required: [], additionalProperties: false },
    { $schema: DRAFT_7, type: "object", properties: { pair: { type: "array", items: { type: "string" } } } },
    {
      $schema: "https://json-schema.org/draft/2019-09/schema",
      type: "object",
      properties: { a: { $recursiveRef: "#" } },
    },
    { $schema: "https://example.com/dialect", type: "object" },
    {
      type: "object",
      properties: { when: { type: "string", format: "made-up", pattern: "(?P<year>\\d+)", "x-hint": 1 } },
    },
    {
      type: "object",
      properties: { $ref: { type: "string" }, enum: { type: "string" } },
      required: ["$ref"],
      default: { $ref: "#/nowhere" },
    },
    {
      type: "object",
      properties: { either: { anyOf: [{ type: "string" }, { type: "null" }] }, one: { const: 1 } },
    },
    { type: "object", properties: { self: { $ref: "#" } } },
    {
      type: "object",
      properties: { a: { anyOf: [{ type: "string" }] }, b: { $ref: "#/properties/a/anyOf/0" } },
    },
    {
      type: "object",
      properties: { child: { $ref: "#/$defs/a~1b%20c" }, named: { $ref: "#leaf" } },
      $defs: { "a/b c": { type: "string" }, leaf: { $anchor: "leaf" } },
    },
    {
      $id: "https://example.com/tree",
      type: "object",
      properties: { inner: { $ref: "https://example.com/tree" }, other: { $ref: "leaf.json" } },
      $defs: { leaf: { $id: "https://example.com/leaf.json", type: "string" } },
    },
  ])("stays as it is: %j", (schema) => {
    // Compared as text, since the order of keys matters too.
    expect(JSON.stringify(read(schema))).toBe(JSON.stringify({ schema }));
  });

  test.each<readonly [JsonObject, JsonObject]>([
    [{}, { type: "object" }],
    [{ properties: { a: {} } }, { type: "object", properties: { a: {} } }],
    [{ type: ["object", "null"] }, { type: "object" }],
    [{ properties: { a: { items: [{}] } } }, { type: "object", properties: { a: { prefixItems: [{}] } } }],
  ])("%j gets what the Messages API needs", (given, schema) => {
    expect(read(given)).toEqual({ schema });
  });

  test("a reference at the top is followed, and recursion survives", () => {
    const node = { type: "object", properties: { next: { $ref: "#/definitions/Node" } } };
    const definitions = { Node: node, Alias: { $ref: "#/definitions/Node" } };
    expect(read({ $ref: "#/definitions/Alias", $schema: DRAFT_7, definitions })).toEqual({
      schema: { ...node, $schema: DRAFT_7, definitions },
    });
  });
});

describe("a schema that is refused", () => {
  test.each<readonly [JsonObject, string]>([
    [
      { type: "object", properties: { a: { type: "strin" } } },
      `In context=('properties', 'a', 'type'), "strin" must be one of array, boolean, integer, null, number, object, string.`,
    ],
    [{ properties: { a: "string" } }, `In context=('properties', 'a'), "string" must be object or boolean.`],
    [{ properties: null }, `In context=('properties'), null must be object.`],
    [{ required: "a" }, `In context=('required'), "a" must be array.`],
    [
      { properties: { a: { required: true } } },
      "In context=('properties', 'a', 'required'), true must be array.",
    ],
    [
      { properties: { a: { items: ["x"] } } },
      `In context=('properties', 'a', 'prefixItems', '0'), "x" must be object or boolean.`,
    ],
    [{ $defs: { a: { minimum: "1" } } }, `In context=('$defs', 'a', 'minimum'), "1" must be number.`],
    [{ anyOf: [{ type: "object" }] }, TOP_LEVEL],
    [{ type: "object", oneOf: [{ required: ["a"] }] }, TOP_LEVEL],
    [{ type: "object", not: {} }, TOP_LEVEL],
    [{ $ref: "#/$defs/a", $defs: { a: { anyOf: [{ type: "object" }] } } }, TOP_LEVEL],
    [{ type: "string" }, `schema must be a JSON Schema of 'type: "object"', got 'type: "string"'.`],
    [
      { properties: { a: { $ref: "#/$defs/none" } } },
      "reference to '#/$defs/none' cannot be resolved; a $ref must lead to a schema inside this one.",
    ],
    [
      { properties: { a: { $ref: "https://example.com/a.json" } } },
      "reference to 'https://example.com/a.json' cannot be resolved; a $ref must lead to a schema inside this one.",
    ],
    [
      {
        properties: { a: { $ref: "#/$defs/b" } },
        $defs: { b: { $ref: "#/$defs/c" }, c: { $ref: "#/$defs/b" } },
      },
      "reference to '#/$defs/b' cannot be resolved; a $ref must lead to a schema inside this one.",
    ],
    [{ $ref: "#" }, "reference to '#' cannot be resolved; a $ref must lead to a schema inside this one."],
    [
      { $ref: "#/$defs/a", additionalProperties: false, $defs: { a: { type: "object" } } },
      "a $ref at the top level must lead to an object schema, without constraints beside it.",
    ],
    [nested(200), "the schema is nested more than 256 levels deep."],
    [nested(100_000), "the schema is nested more than 256 levels deep."],
  ])("case %#", (schema, problem) => {
    expect(read(schema)).toEqual({ problem });
  });

  test("without a type, where the schema alone says what comes", () => {
    expect(readObjectSchema({ properties: {} }, false)).toEqual({
      problem: `schema must be a JSON Schema of 'type: "object"', got 'type: "None"'.`,
    });
  });
});

test("whatever is given is either read or refused, in good time", () => {
  const keys = fc.constantFrom(
    "$ref",
    "$defs",
    "$id",
    "$schema",
    "$anchor",
    "type",
    "properties",
    "items",
    "anyOf",
    "not",
    "required",
    "pattern",
    "__proto__",
    "a",
  );
  const words = fc.constantFrom("object", "#", "#/$defs/a", "#/properties/a", "a", "(", "%", "#/%");
  const { schema } = fc.letrec<{ schema: unknown }>((tie) => ({
    schema: fc.oneof(
      { maxDepth: 4 },
      words,
      fc.boolean(),
      fc.integer(),
      fc.array(tie("schema"), { maxLength: 3 }),
      fc.dictionary(keys, tie("schema"), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(keys, schema, { maxKeys: 5 }), (given) => {
      const before = JSON.stringify(given);
      const result = readObjectSchema(given, true);
      expect("schema" in result ? result.schema["type"] : result.problem).toEqual(expect.any(String));
      expect(JSON.stringify(given)).toBe(before);
    }),
    { numRuns: 1000 },
  );
});
