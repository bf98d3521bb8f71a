import { array, assert, type Arbitrary, constantFrom, nat, oneof, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";

import type { JsonObject } from "../../core/words/client-tool.ts";
import { compileSchema } from "../../offload/compile-schema.ts";
import { outputInstruction, toApiSchema } from "./output-format.ts";

describe("outputInstruction", () => {
  test("asks for one JSON object", () => {
    expect(outputInstruction({ type: "json-object" })).toMatch(/exactly one JSON object and nothing else/);
  });

  test("gives the schema, its name and what it is for", () => {
    const schema = { type: "object", additionalProperties: { type: "number" } };
    const text = outputInstruction({ type: "json-schema", name: "prices", description: "By fruit.", schema });
    expect(text).toContain('JSON Schema "prices"');
    expect(text).toContain("By fruit.");
    expect(text).toContain(JSON.stringify(schema));
  });
});

describe("toApiSchema", () => {
  test("closes objects and says in words what cannot be enforced", () => {
    expect(
      toApiSchema({
        $schema: "http://json-schema.org/draft-07/schema#",
        type: "object",
        description: "A person.",
        properties: {
          name: { type: "string", description: "In full.", minLength: 1, pattern: "^\\S" },
          mail: { type: "string", format: "email" },
          phone: { type: "string", format: "phone" },
          age: { type: "integer", minimum: 0, default: 7 },
          tags: { type: "array", items: { type: "string" }, minItems: 1, maxItems: 3 },
          pair: { type: "array", items: { enum: ["a", 1, null] }, minItems: 2 },
        },
        required: ["name"],
      }),
    ).toEqual({
      type: "object",
      description: "A person.",
      properties: {
        name: { type: "string", description: 'In full.\n\n{minLength: 1, pattern: "^\\\\S"}' },
        mail: { type: "string", format: "email" },
        phone: { type: "string", description: '{format: "phone"}' },
        age: { type: "integer", description: "{minimum: 0, default: 7}" },
        tags: { type: "array", items: { type: "string" }, minItems: 1, description: "{maxItems: 3}" },
        pair: { type: "array", items: { enum: ["a", 1, null] }, description: "{minItems: 2}" },
      },
      required: ["name"],
      additionalProperties: false,
    });
  });

  test("keeps references inside the schema, by names of its own", () => {
    const money = { type: "number", description: "In euros." };
    expect(
      toApiSchema({
        type: "object",
        properties: {
          price: {
            $ref: "#/definitions/a~1b",
            description: "Dropped, as the API has no words beside a reference.",
          },
          tax: { $ref: "#/definitions/a~1b" },
          total: { allOf: [{ $ref: "#/definitions/total" }], description: "All of it." },
        },
        required: ["price", "tax", "total"],
        definitions: { "a/b": money, total: { $ref: "#/definitions/a~1b" } },
      }),
    ).toEqual({
      type: "object",
      properties: {
        price: { $ref: "#/$defs/def1" },
        tax: { $ref: "#/$defs/def1" },
        total: { $ref: "#/$defs/def2" },
      },
      required: ["price", "tax", "total"],
      additionalProperties: false,
      $defs: { def1: money, def2: { $ref: "#/$defs/def1" } },
    });
  });

  test("a reference at the top is replaced by what it stands for", () => {
    const item = { type: "object", properties: { a: { type: "null" } }, required: ["a"] };
    expect(toApiSchema({ $ref: "#/$defs/item", $defs: { item } })).toEqual({
      ...item,
      additionalProperties: false,
    });
  });

  test.each([
    [
      { type: ["string", "null"], format: "date" },
      { type: ["string", "null"], format: "date" },
    ],
    [{ type: "string", nullable: true }, { type: ["string", "null"] }],
    [{ oneOf: [{ type: "string" }, { const: 1 }] }, { anyOf: [{ type: "string" }, { const: 1 }] }],
    [{ type: "string", enum: ["a"] }, { enum: ["a"] }],
    [
      { type: ["array", "null"], items: { type: "string" }, title: "Names", maxItems: 2 },
      {
        anyOf: [{ type: "array", items: { type: "string" }, description: "{maxItems: 2}" }, { type: "null" }],
        title: "Names",
      },
    ],
    [
      { type: "object", properties: {}, additionalProperties: false },
      { type: "object", properties: {}, required: [], additionalProperties: false },
    ],
  ])("%j", (schema, expected) => {
    expect(toApiSchema(schema)).toEqual(expected);
  });

  const tree = { type: "object", properties: { next: { $ref: "#/$defs/tree" } } };
  test.each<[string, JsonObject]>([
    ["recursion", { $ref: "#/$defs/tree", $defs: { tree } }],
    ["recursion through the top", { type: "array", items: { $ref: "#" } }],
    ["recursion inside", { type: "array", items: { $ref: "#/$defs/tree" }, $defs: { tree } }],
    ["a reference that leads nowhere", { $ref: "#/$defs/none" }],
    ["a reference to the outside", { type: "array", items: { $ref: "https://example.com/item" } }],
    ["a map", { type: "object", additionalProperties: { type: "number" } }],
    ["an open object", { type: "object", properties: { a: { type: "null" } }, additionalProperties: true }],
    ["an object of whatever", { type: "object" }],
    ["a map by patterns", { type: "object", patternProperties: { "^a": { type: "null" } } }],
    ["any value", {}],
    ["a property of any value", { type: "object", properties: { a: true } }],
    ["a list of whatever", { type: "array" }],
    ["a tuple", { type: "array", prefixItems: [{ type: "string" }], items: false }],
    ["an old tuple", { type: "array", items: [{ type: "string" }] }],
    ["several schemas at once", { allOf: [tree, { type: "object", properties: { b: { type: "null" } } }] }],
    ["a literal object", { enum: [{ a: 1 }] }],
    ["rules beside a choice", { type: "object", properties: {}, anyOf: [{ required: ["a"] }] }],
    ["a required property that is not there", { type: "object", properties: {}, required: ["a"] }],
    ["too many optional properties", { type: "object", properties: many(25, { type: "string" }) }],
    [
      "too many unions",
      {
        type: "object",
        properties: many(17, { type: ["string", "null"] }),
        required: Object.keys(many(17, {})),
      },
    ],
  ])("not for %s", (_, schema) => {
    expect(toApiSchema(schema)).toBeUndefined();
  });

  test.each<[string, JsonObject]>([
    [
      "of two references in each of 28 definitions, with rules beside them",
      doubling(28, { minProperties: 1 }),
    ],
    [
      "of a long text that is referred to in a thousand places",
      {
        type: "object",
        properties: many(1_000, { $ref: "#/$defs/long", minLength: 1 }),
        required: Object.keys(many(1_000, {})),
        $defs: { long: { type: "string", description: "long ".repeat(10_000) } },
      },
    ],
  ])("nothing that would be written again and again: %s", (_, schema) => {
    expect(JSON.stringify(schema).length).toBeLessThan(128 * 1024);
    const before = process.threadCpuUsage().user;
    expect(toApiSchema(schema)).toBeUndefined();
    expect(process.threadCpuUsage().user - before).toBeLessThan(500_000);
  });

  test("the same without rules beside the references is written once each", () => {
    expect(Object.keys(Object(toApiSchema(doubling(28))?.["$defs"]))).toHaveLength(28);
  });

  test("a value that the client's schema allows fits what is written, when nothing had to be said in words", () => {
    assert(
      property(samples(3), ([schema, value]) => {
        expect(compileSchema(schema)(value)).toBeUndefined();
        const written = toApiSchema(schema);
        if (written === undefined) return;
        expect(compileSchema(written)(value)).toBeUndefined();
        expect(toApiSchema(written)).toEqual(written);
      }),
    );
  });
});

function many(count: number, schema: JsonObject): JsonObject {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, schema]));
}

/** Objects with two others in them each, so many levels deep. `beside`: rules beside each reference. */
function doubling(levels: number, beside: JsonObject = {}): JsonObject {
  const at = (level: number) => ({ $ref: `#/$defs/level${level}`, ...beside });
  const definitions = Array.from({ length: levels }, (_, level) => [
    `level${level}`,
    closed(level === levels - 1 ? { a: { type: "string" } } : { a: at(level + 1), b: at(level + 1) }),
  ]);
  return { ...closed({ a: at(0) }), $defs: Object.fromEntries(definitions) };
}

function closed(properties: JsonObject): JsonObject {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}

/** A schema that can be enforced, and a value that fits it. */
type Sample = [JsonObject, unknown];

function samples(depth: number): Arbitrary<Sample> {
  const plain = constantFrom<Sample>(
    [{ type: "string" }, "a"],
    [{ type: ["integer", "null"] }, null],
    [{ enum: ["x", 2] }, 2],
    [{ const: true }, true],
  );
  if (depth === 0) return plain;
  const inner = samples(depth - 1);
  return oneof(
    plain,
    tuple(inner, nat(3)).map(([[items, value], length]): Sample => [
      { type: "array", items },
      Array.from({ length }, () => value),
    ]),
    tuple(inner, inner).map(([a, b]): Sample => [
      { type: "object", properties: { a: a[0], b: b[0] }, required: ["a"] },
      { a: a[1], b: b[1] },
    ]),
    array(inner, { minLength: 1, maxLength: 3 }).map((choices): Sample => [
      { anyOf: choices.map(([schema]) => schema) },
      choices.at(-1)?.[1],
    ]),
  );
}
