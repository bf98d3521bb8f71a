import { expect, test } from "vitest";

import { withoutDefaults } from "./without-defaults.ts";

const SCHEMA = {
  type: "object",
  properties: {
    path: { type: "string" },
    all: { type: "boolean", default: false },
    none: { default: null },
    list: { type: "array", items: { type: "object", properties: { all: { default: false } } } },
    options: { type: "object", default: { deep: [1] }, properties: { all: { default: false } } },
  },
};

test.each([
  [{ path: "a", all: false }, { path: "a" }],
  [
    { path: "a", all: true },
    { path: "a", all: true },
  ],
  [{ none: null, other: false }, { other: false }],
  [{ list: [{ all: false, x: 1 }, 2] }, { list: [{ x: 1 }, 2] }],
  [{ options: { deep: [1] } }, {}],
  [{ options: { deep: [2], all: false } }, { options: { deep: [2] } }],
  ["text", "text"],
  [[{ all: false }], [{ all: false }]],
])("%j is %j", (value, meaning) => {
  expect(withoutDefaults(value, SCHEMA)).toEqual(meaning);
});

test("a schema that says nothing, or no schema, changes nothing", () => {
  for (const schema of [undefined, true, {}, { properties: [] }, { properties: { all: true } }]) {
    expect(withoutDefaults({ all: false }, schema)).toEqual({ all: false });
  }
});

test("a property that only looks like one of every object is left alone", () => {
  const value = JSON.parse('{"__proto__": 1, "constructor": 2}') as unknown;
  expect(JSON.stringify(withoutDefaults(value, SCHEMA))).toBe('{"__proto__":1,"constructor":2}');
});
