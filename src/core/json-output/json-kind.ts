import { isRecord } from "../../lib/is-record.ts";
import type { JsonObject } from "../words/client-tool.ts";

/** The kind of a JSON value, as far as its first character shows it. */
export type JsonKind = "object" | "array" | "string" | "number" | "boolean" | "null";

const ALL_KINDS: readonly JsonKind[] = ["object", "array", "string", "number", "boolean", "null"];

/** The kinds that a schema allows at its top level; all of them if it does not say. */
export function allowedKinds(schema: JsonObject): ReadonlySet<JsonKind> {
  const found = kindsOf(schema, schema, new Map());
  return found.size > 0 ? found : new Set(ALL_KINDS);
}

/**
 * `known` holds the schemas already read, so that each is read once, however often it is referred to. A reference back to a
 * schema that is still being read excludes no kind.
 */
function kindsOf(
  schema: unknown,
  root: JsonObject,
  known: Map<unknown, ReadonlySet<JsonKind>>,
): ReadonlySet<JsonKind> {
  if (!isRecord(schema)) return new Set(ALL_KINDS);
  const found = known.get(schema);
  if (found) return found;
  known.set(schema, new Set(ALL_KINDS));
  const kinds = readKinds(schema, root, known);
  known.set(schema, kinds);
  return kinds;
}

function readKinds(
  schema: JsonObject,
  root: JsonObject,
  known: Map<unknown, ReadonlySet<JsonKind>>,
): ReadonlySet<JsonKind> {
  const { type, enum: values, $ref, anyOf, oneOf, allOf } = schema;
  const isNullable = schema["nullable"] === true;
  if (typeof type === "string" || Array.isArray(type)) {
    return new Set([type, isNullable ? "null" : []].flat().flatMap(kindsOfType));
  }
  if ("const" in schema) return new Set(kindsOfValue(schema["const"]));
  if (Array.isArray(values)) return new Set(values.flatMap(kindsOfValue));
  const kinds = (part: unknown) => kindsOf(part, root, known);
  if (typeof $ref === "string") return kinds(resolvePointer($ref, root));
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return new Set(choices.flatMap((choice) => [...kinds(choice)]));
  if (Array.isArray(allOf)) {
    const allowed = allOf.map(kinds);
    return new Set(ALL_KINDS.filter((kind) => allowed.every((part) => part.has(kind))));
  }
  return new Set("properties" in schema ? ["object"] : ALL_KINDS);
}

/** What a reference inside the schema, such as `#/$defs/Item`, points to. */
export function resolvePointer(reference: string, root: JsonObject): unknown {
  if (reference === "#") return root;
  if (!reference.startsWith("#/")) return undefined;
  let place: unknown = root;
  for (const step of reference.slice(2).split("/")) {
    const key = decode(step).replaceAll("~1", "/").replaceAll("~0", "~");
    // Generators also point into lists: `#/properties/a/anyOf/0`.
    const isInside = typeof place === "object" && place !== null && Object.hasOwn(place, key);
    place = isInside ? Reflect.get(Object(place), key) : undefined;
  }
  return place;
}

/** A key may also contain a bare `%`. */
function decode(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

function kindsOfType(type: unknown): JsonKind[] {
  if (type === "integer") return ["number"];
  return ALL_KINDS.filter((kind) => kind === type);
}

function kindsOfValue(value: unknown): JsonKind[] {
  if (value === null) return ["null"];
  if (Array.isArray(value)) return ["array"];
  return ALL_KINDS.filter((kind) => kind === typeof value);
}
