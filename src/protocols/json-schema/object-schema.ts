import { isRecord } from "../../lib/is-record.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";
import { inNewestDraft } from "./newest-draft.ts";
import { resolveSchema } from "./schema-reference.ts";
import { findDepthProblem, findSchemaProblem } from "./find-schema-problem.ts";

export type ObjectSchema = { readonly schema: JsonObject } | { readonly problem: string };

/** A schema of this size is read in about ten milliseconds, and compiled in a second or two. */
export const MAX_SCHEMA_LENGTH = 128 * 1024;

/** Keywords next to a top-level `$ref` that do not constrain values, or that hold the targets of references. */
const ANNOTATIONS = new Set([
  "$comment",
  "$defs",
  "$id",
  "$schema",
  "default",
  "definitions",
  "description",
  "examples",
  "title",
]);
const NOT_AT_THE_TOP = ["oneOf", "anyOf", "allOf", "enum", "not"];

/**
 * A client's schema for a JSON object, checked, and with `type: "object"` at the top, since the Messages API accepts no other. A
 * top-level `$ref` is replaced by its target, with the definitions kept, and older drafts are rewritten in draft 2020-12;
 * everything else stays as it is. `isTypeOptional`: the schema describes an object anyway, so a missing type is no mistake.
 */
export function readObjectSchema(given: JsonObject, isTypeOptional: boolean): ObjectSchema {
  const tooDeep = findDepthProblem(given);
  if (tooDeep !== undefined) return { problem: tooDeep };
  const { length } = JSON.stringify(given);
  if (length > MAX_SCHEMA_LENGTH) {
    return {
      problem: `the schema is too large. Expected at most ${MAX_SCHEMA_LENGTH} characters, but got ${length} instead.`,
    };
  }
  const renewed = inNewestDraft(given);
  const problem = findSchemaProblem(renewed);
  if (problem !== undefined) return { problem };
  const schema = resolveTop(renewed);
  if (schema === undefined) {
    return {
      problem: "a $ref at the top level must lead to an object schema, without constraints beside it.",
    };
  }
  if (NOT_AT_THE_TOP.some((keyword) => Object.hasOwn(schema, keyword))) {
    return {
      problem:
        "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level.",
    };
  }
  const { type } = schema;
  if (type === "object") return { schema };
  if (isTypeOptional && type === undefined) {
    return { schema: { type: "object", ...schema } };
  }
  if (isTypeOptional && Array.isArray(type) && type.includes("object")) {
    return { schema: { ...schema, type: "object" } };
  }
  const got = type === undefined ? "None" : [type].flat().join(", ");
  return { problem: `schema must be a JSON Schema of 'type: "object"', got 'type: "${got}"'.` };
}

/** Follows references at the top; undefined when that would lose a constraint or never end. */
function resolveTop(root: JsonObject): JsonObject | undefined {
  let schema = root;
  const seen = new Set<string>();
  while (typeof schema["$ref"] === "string") {
    const { $ref: reference, ...beside } = schema;
    const target = resolveSchema(root, reference);
    if (!isRecord(target) || target === root || seen.has(reference)) return undefined;
    if (!Object.entries(beside).every(([key, value]) => canStandBeside(key, value, target))) return undefined;
    seen.add(reference);
    schema = { ...target, ...beside };
  }
  return schema;
}

/** Constraints of two schemas cannot simply be merged: `additionalProperties` sees only the properties next to it. */
function canStandBeside(key: string, value: unknown, target: JsonObject): boolean {
  return ANNOTATIONS.has(key) || JSON.stringify(value) === JSON.stringify(target[key]);
}
