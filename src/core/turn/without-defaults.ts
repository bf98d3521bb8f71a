import { isDeepStrictEqual } from "node:util";

import { isRecord } from "../../lib/is-record.ts";

/**
 * A call's arguments without the values that equal the defaults in its schema. Clients that check a call against their own
 * schema send it back with the defaults filled in, as Claude Code does with `replace_all: false` in its Edit tool.
 */
export function withoutDefaults(value: unknown, schema: unknown): unknown {
  if (!isRecord(schema)) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => withoutDefaults(item, schema["items"]));
  const { properties } = schema;
  if (!isRecord(value) || !isRecord(properties)) return value;
  const entries = Object.entries(value).filter(([name, field]) => !isDefault(field, properties[name]));
  return Object.fromEntries(entries.map(([name, field]) => [name, withoutDefaults(field, properties[name])]));
}

function isDefault(value: unknown, schema: unknown): boolean {
  return isRecord(schema) && Object.hasOwn(schema, "default") && isDeepStrictEqual(value, schema["default"]);
}
