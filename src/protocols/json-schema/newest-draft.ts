import type { JsonObject } from "../../core/words/client-tool.ts";
import { walkSchema } from "./walk-schema.ts";

/**
 * Rewrites a schema in draft 2020-12, the only draft that the Messages API accepts: tuples of older drafts become `prefixItems`,
 * and draft 4's boolean `exclusiveMinimum` and `exclusiveMaximum` become limits. Any other schema is returned unchanged. `schema`
 * must not be nested too deeply for `JSON.stringify`.
 */
export function inNewestDraft(schema: JsonObject): JsonObject {
  if (![...walkSchema(schema)].some(isOlder)) return schema;
  // Proof for the cast: a copy of the value has its shape.
  const { $schema: _, ...copy } = JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => (key === "$ref" ? moveReference(value) : value)),
  ) as Record<string, unknown>;
  for (const part of walkSchema(copy)) if (isOlder(part)) renew(part);
  return copy;
}

function isOlder(schema: JsonObject): boolean {
  return (
    Array.isArray(schema["items"]) || BOUNDS.some(([exclusive]) => typeof schema[exclusive] === "boolean")
  );
}

const BOUNDS = [
  ["exclusiveMinimum", "minimum"],
  ["exclusiveMaximum", "maximum"],
] as const;

/** Changes `part`, which belongs to our own copy. */
function renew(part: Record<string, unknown>): void {
  const { items, additionalItems } = part;
  if (Array.isArray(items)) {
    delete part["items"];
    delete part["additionalItems"];
    // An empty list says nothing, and draft 2020-12 does not allow one.
    if (items.length > 0) part["prefixItems"] = items;
    if (additionalItems !== undefined) part["items"] = additionalItems;
  }
  for (const [exclusive, bound] of BOUNDS) {
    const mark = part[exclusive];
    if (typeof mark !== "boolean") continue;
    delete part[exclusive];
    if (!mark || part[bound] === undefined) continue;
    part[exclusive] = part[bound];
    delete part[bound];
  }
}

function moveReference(value: unknown): unknown {
  return typeof value === "string" ? value.replaceAll(/\/items\/(?=\d+(?:\/|$))/g, "/prefixItems/") : value;
}
