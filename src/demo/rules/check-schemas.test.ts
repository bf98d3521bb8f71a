import { describe, expect, test } from "vitest";
import { refusalOf } from "./refusal-of.ts";

const closed = (properties: Record<string, unknown>, required = Object.keys(properties)) => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});
const text = { type: "string" };
const many = (count: number, schema: object = text) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, schema]));

function tools(...list: object[]) {
  return refusalOf({ tools: list });
}

function format(schema: object, more: object = {}) {
  return refusalOf({ output_config: { format: { type: "json_schema", schema } }, ...more });
}

describe("tools", () => {
  const schema = { type: "object", properties: { a: text } };
  const tool = (more: object) => ({ name: "look", input_schema: schema, ...more });

  test.each<[string, object[]]>([
    ["an ordinary one", [tool({})]],
    ["a long name", [tool({ name: "n".repeat(128) })]],
    [
      "limits, where it is not strict",
      [tool({ input_schema: closed({ a: { type: "integer", minimum: 1 } }) })],
    ],
    ["one that is strict", [tool({ strict: true, input_schema: closed({ a: text }) })]],
    ["one of the API's own", [{ type: "web_search_20260318", name: "web_search" }]],
  ])("take %s", (_name, list) => {
    expect(tools(...list)).toBeUndefined();
  });

  test.each<[string, object[], string]>([
    ["the same name", [tool({}), tool({})], "tools: Tool names must be unique."],
    ["a name with a dot", [tool({ name: "a.b" })], "tools.0.custom.name: String should match pattern"],
    ["too long a name", [tool({ name: "n".repeat(129) })], "String should match pattern"],
    ["no schema", [{ name: "look" }], "tools.0.custom.input_schema: Field required"],
    ["a schema without a type", [tool({ input_schema: {} })], "input_schema.type: Field required"],
    ["a schema of another type", [tool({ input_schema: { type: "array" } })], "Input should be 'object'"],
    [
      "a choice at the top",
      [tool({ input_schema: { type: "object", anyOf: [schema] } })],
      "does not support oneOf, allOf, or anyOf at the top level",
    ],
    [
      "a property with an odd name",
      [tool({ input_schema: { type: "object", properties: { "a b": text } } })],
      "Property keys should match pattern",
    ],
    [
      "a type that there is not",
      [tool({ input_schema: { type: "object", properties: { a: { type: "str" } } } })],
      "JSON schema is invalid",
    ],
    ["a kind that there is not", [{ type: "function", name: "f" }], "Input tag 'function'"],
    [
      "an open strict one",
      [tool({ strict: true })],
      "'additionalProperties' must be explicitly set to false",
    ],
    [
      "21 strict ones",
      Array.from({ length: 21 }, (_, index) =>
        tool({ name: `t${index}`, strict: true, input_schema: closed({}) }),
      ),
      "Too many strict tools (21)",
    ],
  ])("with %s are refused", (_name, list, message) => {
    expect(tools(...list)).toContain(message);
  });
});

describe("a format", () => {
  test.each<[string, object]>([
    ["a closed object", closed({ a: text, b: { type: ["string", "null"] } })],
    ["a reference", { ...closed({ a: { $ref: "#/$defs/x" } }), $defs: { x: closed({ b: text }) } }],
    ["a list with an element", closed({ a: { type: "array", items: text, minItems: 1 } })],
    ["a choice", closed({ a: { anyOf: [text, { type: "integer" }] } })],
    [
      "an enum, a const, a known format",
      closed({ a: { enum: ["x", 1] }, b: { const: 2 }, c: { type: "string", format: "date" } }),
    ],
    ["24 optional ones", closed(many(24), [])],
    ["16 unions", closed(many(16, { anyOf: [text, { type: "null" }] }))],
    ["two references in each of 28 definitions", doubling(28)],
  ])("may have %s", (_name, schema) => {
    expect(format(schema)).toBeUndefined();
  });

  test.each<[string, object, string]>([
    ["an open object", { type: "object", properties: {} }, "must be explicitly set to false"],
    [
      "an open one inside",
      closed({ a: { type: "array", items: { type: "object" } } }),
      "must be explicitly set to false",
    ],
    [
      "a least number",
      closed({ a: { type: "integer", minimum: 0 } }),
      "For 'integer' type, property 'minimum' is not supported",
    ],
    [
      "a range",
      closed({ a: { type: "number", minimum: 0, maximum: 1 } }),
      "For 'number' type, properties 'minimum', 'maximum' are not supported",
    ],
    [
      "a length",
      closed({ a: { type: "string", maxLength: 5 } }),
      "For 'string' type, property 'maxLength' is not supported",
    ],
    [
      "two elements at least",
      closed({ a: { type: "array", items: text, minItems: 2 } }),
      "values other than 0 or 1",
    ],
    [
      "itself inside",
      { ...closed({ a: { $ref: "#/$defs/x" } }), $defs: { x: closed({ b: { $ref: "#/$defs/x" } }) } },
      "Recursive",
    ],
    ["25 optional ones", closed(many(25), []), "too many optional parameters (25)"],
    ["17 unions", closed(many(17, { type: ["string", "null"] })), "too many parameters with union types (17"],
  ])("may not have %s", (_name, schema, message) => {
    expect(format(schema)).toContain(message);
  });

  test("counts strict tools in, and goes with no citations", () => {
    const strict = { name: "t", strict: true, input_schema: closed(many(20), []) };
    expect(format(closed(many(5), []), { tools: [strict] })).toContain("optional parameters (25)");
    const source = { type: "text", media_type: "text/plain", data: "a" };
    const document = { type: "document", source, citations: { enabled: true } };
    const messages = [{ role: "user", content: [document, { type: "text", text: "b" }] }];
    expect(format(closed({ a: text }), { messages })).toContain("citations");
  });
});

/** Objects with two others in them each: without a memory of those that have been looked at there is no end to it. */
function doubling(levels: number): object {
  const definitions = Array.from({ length: levels }, (_, level) => [
    `level${level}`,
    closed(level === levels - 1 ? { a: text } : { a: toLevel(level + 1), b: toLevel(level + 1) }),
  ]);
  return { ...closed({ a: toLevel(0) }), $defs: Object.fromEntries(definitions) };
}

function toLevel(level: number): object {
  return { $ref: `#/$defs/level${level}` };
}
