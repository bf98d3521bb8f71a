import { expect, test } from "vitest";

import { shareTurnpike } from "./share-turnpike.ts";

/** `both`: with Claude Code's own tools, which makes them tools of an MCP server to it. */
const turnpike = shareTurnpike({
  configFile: { profiles: { both: { builtinTools: "on" } }, models: { both: { profile: "both" } } },
});

const STRING = { type: "string" };

function object(properties: object, extra: object = {}) {
  return { type: "object", properties, ...extra };
}

function nested(levels: number): object {
  let schema: object = { type: "object" };
  for (let level = 0; level < levels; level += 1) schema = object({ inner: schema });
  return schema;
}

const NODE = object({ next: { $ref: "#/$defs/Node" } });

/** What generators of many languages write. Claude Code leaves out in silence what it does not like, so all must arrive. */
const SCHEMAS: Readonly<Record<string, object>> = {
  nothing: {},
  no_properties: { type: "object" },
  no_type: { properties: { a: STRING } },
  two_types: { type: ["object", "null"], properties: {} },
  any_value: object({ a: true, b: false }),
  draft_7_tuple: {
    $schema: "http://json-schema.org/draft-07/schema#",
    ...object({ a: { type: "array", items: [STRING] } }),
  },
  draft_2019: {
    $schema: "https://json-schema.org/draft/2019-09/schema",
    ...object({ a: { $recursiveRef: "#" } }),
  },
  no_draft: { $schema: "https://example.com/dialect", ...object({}) },
  python_pattern: object({ a: { type: "string", pattern: "(?P<x>a)" } }),
  made_up_format: object({ a: { type: "string", format: "made-up", "x-hint": 1 } }),
  recursion: object({ node: { $ref: "#/$defs/Node" } }, { $defs: { Node: NODE } }),
  recursion_at_the_top: { $ref: "#/$defs/Node", $defs: { Node: NODE } },
  definitions: object({ a: { $ref: "#/definitions/b" } }, { definitions: { b: STRING } }),
  reference_into_a_list: object({ a: { anyOf: [STRING] }, b: { $ref: "#/properties/a/anyOf/0" } }),
  ids: object({ a: { $ref: "https://example.com/tree" } }, { $id: "https://example.com/tree" }),
  anchors: object({ a: { $ref: "#leaf" } }, { $defs: { leaf: { $anchor: "leaf", ...STRING } } }),
  union: object({ a: { anyOf: [STRING, { type: "null" }] }, b: { oneOf: [object({ "a b": STRING })] } }),
  all_of: object({ a: { allOf: [STRING] } }),
  nullable: object({ a: { nullable: true } }),
  dependencies: object({ a: {} }, { dependencies: { a: ["b"] }, dependentRequired: { a: ["b"] } }),
  constants: object({ a: { const: null }, b: { enum: [null, 1, "x", { $ref: "#/nowhere" }] } }),
  odd_required: object({}, { required: ["no such"] }),
  names: object({ "a.b": STRING, "A-1_": STRING, constructor: STRING, ["x".repeat(64)]: STRING }),
  names_further_inside: object({ a: object({ "a b": STRING, ["x".repeat(65)]: STRING, ä: true }) }),
  large: object(
    Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`p${index}`, { ...STRING, description: "A value." }]),
    ),
  ),
  deep: nested(100),
};

/** What is added or replaced because the Messages API would not take it as it is. */
const CHANGED: Readonly<Record<string, object>> = {
  nothing: { type: "object" },
  no_type: object({ a: STRING }),
  two_types: object({}),
  recursion_at_the_top: { ...NODE, $defs: { Node: NODE } },
  draft_7_tuple: object({ a: { type: "array", prefixItems: [STRING] } }),
};

/** What Claude Code would not take besides. */
const WITH_CLAUDE_CODE: typeof CHANGED = { ...CHANGED, any_value: object({ a: {}, b: { not: {} } }) };

test.each([
  { model: "sonnet", changed: CHANGED },
  { model: "both", changed: WITH_CLAUDE_CODE },
])("whatever schema is accepted reaches the model, its tool with it: $model", async ({ model, changed }) => {
  const { post, upstream } = turnpike();
  upstream.clear();
  const description = "word ".repeat(4000);
  const tools = Object.entries(SCHEMAS).map(([name, parameters]) => ({
    type: "function",
    function: { name, description, parameters },
  }));
  const response = await post({ model, messages: [{ role: "user", content: "hello" }], tools });
  expect(response.status).toBe(200);

  // Proof for the cast: a request of another shape fails the test that reads it.
  const sent = upstream.requests[0]?.body as unknown as {
    readonly tools: readonly {
      readonly name: string;
      readonly description: string;
      readonly input_schema: object;
    }[];
  };
  const ours = sent.tools.filter(({ name }) => name in SCHEMAS);
  expect(ours.map(({ name }) => name).sort()).toEqual(Object.keys(SCHEMAS).sort());
  expect(ours.filter((tool) => tool.description !== description)).toEqual([]);
  const schemaOf = (name: string) => sent.tools.find((tool) => tool.name === name)?.input_schema;
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    expect(schemaOf(name), name).toEqual(changed[name] ?? schema);
  }
});
