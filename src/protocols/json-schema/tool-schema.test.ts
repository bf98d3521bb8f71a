import { expect, test } from "vitest";

import { readToolSchema } from "./tool-schema.ts";

test.each(["a", "A-1_b.c", "x".repeat(64), "constructor"])("a parameter may be called %s", (name) => {
  const schema = { type: "object", properties: { [name]: { type: "string" } } };
  expect(readToolSchema(schema, false)).toEqual({ schema });
});

test.each(["a b", "ä", "$ref", "a/b", "@type", "a[]", "", "x".repeat(65), "__proto__"])(
  "Claude would never see a tool with a parameter called %j",
  (name) => {
    const schema = { type: "object", properties: Object.fromEntries([[name, { type: "string" }]]) };
    expect(readToolSchema(schema, false)).toEqual({
      problem: expect.stringMatching(/^In context=\('properties'\), '.*' is not a name that Claude takes/),
    });
  },
);

test("further inside any name will do", () => {
  const inner = { type: "object", properties: { "a b": { type: "string" } } };
  expect(readToolSchema({ type: "object", properties: { inner } }, false)).not.toHaveProperty("problem");
});
