import { expect, test } from "vitest";

import { inNewestDraft } from "./newest-draft.ts";

const STRING = { type: "string" };

const inside = (part: object) => ({
  properties: { a: { anyOf: [part] } },
  $defs: { b: { items: part } },
  default: { items: [1] },
});

test.each([
  [{ items: [STRING, true] }, { prefixItems: [STRING, true] }],
  [
    { items: [STRING], additionalItems: false },
    { prefixItems: [STRING], items: false },
  ],
  [{ items: [], additionalItems: STRING }, { items: STRING }],
  [{ minimum: 1, exclusiveMinimum: true }, { exclusiveMinimum: 1 }],
  [{ maximum: 1, exclusiveMaximum: false }, { maximum: 1 }],
  [{ exclusiveMaximum: true }, {}],
])("%j becomes %j wherever it stands", (given, wanted) => {
  const $schema = "http://json-schema.org/draft-07/schema#";
  expect(inNewestDraft({ $schema, ...inside(given) })).toEqual(inside(wanted));
});

test("references into a tuple lead there still", () => {
  const given = { properties: { a: { items: [STRING] }, b: { $ref: "#/properties/a/items/0" } } };
  expect(inNewestDraft(given)).toEqual({
    properties: { a: { prefixItems: [STRING] }, b: { $ref: "#/properties/a/prefixItems/0" } },
  });
});

test("what is as it should be is the same object, its draft named still", () => {
  const schema = { $schema: "http://json-schema.org/draft-07/schema#", items: STRING, exclusiveMinimum: 1 };
  expect(inNewestDraft(schema)).toBe(schema);
});
