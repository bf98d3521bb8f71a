import type { ErrorObject } from "ajv";

import type { JsonObject } from "../../core/words/client-tool.ts";
import { findBrokenReference } from "./find-broken-reference.ts";
import { metaSchemaCheck } from "./meta-schema.ts";

/** Levels of JSON; far beyond what people write, far below what would overflow a stack. */
const MAX_DEPTH = 256;
const MAX_SHOWN = 64;

/** Says that a schema is nested too deeply for anything that walks it by recursion. */
export function findDepthProblem(schema: JsonObject): string | undefined {
  return isDeeper(schema, MAX_DEPTH) ? `the schema is nested more than ${MAX_DEPTH} levels deep.` : undefined;
}

/**
 * Says what makes a client's schema, which is not too deep, no valid JSON Schema, or nothing. Nothing of the schema is compiled or
 * run, and the time is bounded by its size. Unknown keywords and formats are fine.
 */
export function findSchemaProblem(schema: JsonObject): string | undefined {
  const error = metaSchemaCheck(schema["$schema"])(schema);
  if (error) return describe(error, schema);
  const reference = findBrokenReference(schema);
  if (reference !== undefined) {
    return `reference to '${shorten(reference)}' cannot be resolved; a $ref must lead to a schema inside this one.`;
  }
  return undefined;
}

/** As OpenAI names the place: `In context=('properties', 'city'), …`. */
function describe(error: ErrorObject, schema: JsonObject): string {
  const path = error.instancePath
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
  const context = path.map((key) => `'${shorten(key)}'`).join(", ");
  return `In context=(${context}), ${shorten(JSON.stringify(valueAt(schema, path)) ?? "")} ${reasonOf(error)}.`;
}

function reasonOf(error: ErrorObject): string {
  // Proof for the cast: ajv gives `allowedValues` with each error of the keyword `enum`.
  const { allowedValues } = error.params as { allowedValues?: readonly unknown[] };
  if (error.keyword === "enum" && allowedValues) return `must be one of ${allowedValues.join(", ")}`;
  return (error.message ?? "is not valid").replaceAll(",", " or ");
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function shorten(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

function isDeeper(root: unknown, maxDepth: number): boolean {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) return true;
    level = level.flatMap((value) =>
      typeof value === "object" && value !== null
        ? Object.values(value).filter((child) => typeof child === "object" && child !== null)
        : [],
    );
  }
  return false;
}
