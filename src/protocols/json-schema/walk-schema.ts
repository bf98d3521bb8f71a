import { isRecord } from "../../lib/is-record.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";

/** Keywords whose value is one schema, a list of schemas, or a schema for each key. */
const ONE = [
  "additionalItems",
  "additionalProperties",
  "contains",
  "contentSchema",
  "else",
  "if",
  "items",
  "not",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
];
const LIST = ["allOf", "anyOf", "items", "oneOf", "prefixItems"];
const BY_KEY = [
  "$defs",
  "definitions",
  "dependencies",
  "dependentSchemas",
  "patternProperties",
  "properties",
];

/**
 * Yields every schema inside a JSON Schema, beginning with itself. Data that looks like a schema (`enum`, `const`, `default` …)
 * is left out. Walks without recursion, so no depth can overflow the stack.
 */
export function* walkSchema(root: JsonObject): Generator<JsonObject, void, undefined> {
  const waiting: JsonObject[] = [root];
  const add = (value: unknown) => {
    if (isRecord(value)) waiting.push(value);
  };
  for (let schema = waiting.pop(); schema !== undefined; schema = waiting.pop()) {
    yield schema;
    for (const keyword of ONE) add(schema[keyword]);
    for (const keyword of LIST) {
      const list = schema[keyword];
      if (Array.isArray(list)) list.forEach(add);
    }
    for (const keyword of BY_KEY) {
      const map = schema[keyword];
      if (isRecord(map)) Object.values(map).forEach(add);
    }
  }
}
