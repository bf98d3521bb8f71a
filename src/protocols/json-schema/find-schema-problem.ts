import type { ErrorObject } from "ajv";

import type { JsonObject } from "../../core/words/client-tool.ts";
import { findBrokenReference } from "./find-broken-reference.ts";
import { metaSchemaCheck } from "./meta-schema.ts";

/** In levels of JSON; far more than people write, far less than would overflow a stack. */
const MAX_DEPTH = 256;
const MAX_SHOWN = 64;

/** Reports a schema that is nested too deeply for recursive code. */
export function findDepthProblem(schema: JsonObject): string | undefined {
  return isDeeper(schema, MAX_DEPTH) ? `the schema is nested more than ${MAX_DEPTH} levels deep.` : undefined;
}

/**
 * Says why a client's schema, which must not be too deep, is not valid JSON Schema; undefined when it is valid. Nothing in the
 * schema is compiled or run, and its size bounds the time. Unknown keywords and formats are accepted.
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

/** Names the place as OpenAI does: `In context=('properties', 'city'), …`. */
function describe(error: ErrorObject, schema: JsonObject): string {
  const path = error.instancePath
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
  const context = path.map((key) => `'${shorten(key)}'`).join(", ");
  return `In context=(${context}), ${shorten(JSON.stringify(valueAt(schema, path)) ?? "")} ${reasonOf(error)}.`;
}

function reasonOf(error: ErrorObject): string {
  // Proof for the cast: ajv sets `allowedValues` on every error of the keyword `enum`.
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
