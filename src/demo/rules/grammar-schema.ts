import { isRecord } from "../../lib/is-record.ts";
import { invalid } from "./problem.ts";
import type { Problem } from "./problem.ts";

/**
 * The part of JSON Schema that the API can enforce, for `output_config.format` and for strict tools: closed objects, no
 * recursion, no limits on numbers and lengths, `minItems` 0 or 1.
 */

const UNSUPPORTED: Readonly<Record<string, readonly string[]>> = {
  integer: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  string: ["minLength", "maxLength"],
  array: ["maxItems", "uniqueItems", "contains", "minContains", "maxContains", "prefixItems"],
  object: ["patternProperties", "propertyNames", "minProperties", "maxProperties"],
};
const FORMATS = new Set([
  "date-time",
  "time",
  "date",
  "duration",
  "email",
  "hostname",
  "uri",
  "ipv4",
  "ipv6",
  "uuid",
]);
const NEVER = ["not", "if", "then", "else", "dependentRequired", "dependentSchemas", "oneOf"];

/** The API's message for the first thing in a schema that it cannot enforce. */
export function findUnsupported(schema: unknown): string | undefined {
  return inspect(schema, { root: isRecord(schema) ? schema : {}, followed: new Map() });
}

interface Inspection {
  readonly root: Readonly<Record<string, unknown>>;
  /** The references that have been followed, each once: whether its target is still being inspected. */
  readonly followed: Map<string, "open" | "done">;
}

function inspect(schema: unknown, inspection: Inspection): string | undefined {
  if (!isRecord(schema)) return undefined;
  const reference = schema["$ref"];
  if (typeof reference === "string") return followReference(reference, inspection);
  const never = NEVER.find((keyword) => keyword in schema);
  if (never !== undefined) return `Schema keyword '${never}' is not supported`;
  for (const type of typesOf(schema)) {
    const fault = inspectType(schema, type);
    if (fault !== undefined) return fault;
  }
  for (const child of childrenOf(schema)) {
    const fault = inspect(child, inspection);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function followReference(reference: string, inspection: Inspection): string | undefined {
  const { root, followed } = inspection;
  if (!reference.startsWith("#/")) return `External schema references are not supported: '${reference}'`;
  const state = followed.get(reference);
  if (state === "open") return "Recursive schemas are not supported";
  if (state === "done") return undefined;
  const target = reference
    .slice(2)
    .split("/")
    .reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), root);
  if (target === undefined) return `Schema reference '${reference}' could not be resolved`;
  followed.set(reference, "open");
  const fault = inspect(target, inspection);
  followed.set(reference, "done");
  return fault;
}

function inspectType(schema: Readonly<Record<string, unknown>>, type: string): string | undefined {
  if (type === "object" && schema["additionalProperties"] !== false) {
    return "For 'object' type, 'additionalProperties' must be explicitly set to false";
  }
  if (type === "array" && Number(schema["minItems"] ?? 0) > 1) {
    return "For 'array' type, 'minItems' values other than 0 or 1 are not supported";
  }
  const found = (UNSUPPORTED[type] ?? []).filter((keyword) => keyword in schema);
  if (found.length > 0) {
    const [noun, verb] = found.length === 1 ? ["property", "is"] : ["properties", "are"];
    return `For '${type}' type, ${noun} ${found.map((name) => `'${name}'`).join(", ")} ${verb} not supported`;
  }
  const format = schema["format"];
  if (type === "string" && typeof format === "string" && !FORMATS.has(format)) {
    return `For 'string' type, format '${format}' is not supported`;
  }
  return undefined;
}

export interface GrammarSize {
  optional: number;
  unions: number;
}

/** Counts optional properties, and parameters with more than one type. */
export function countGrammar(schema: unknown): GrammarSize {
  if (!isRecord(schema)) return { optional: 0, unions: 0 };
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const properties = isRecord(schema["properties"]) ? Object.keys(schema["properties"]) : [];
  const own = {
    optional: properties.filter((name) => !required.includes(name)).length,
    unions: Array.isArray(schema["anyOf"]) || Array.isArray(schema["type"]) ? 1 : 0,
  };
  return childrenOf(schema).map(countGrammar).reduce(add, own);
}

const MAX_OPTIONAL = 24;
const MAX_UNIONS = 16;

/** The limits apply to all schemas of a request together. */
export function grammarProblem(sizes: readonly GrammarSize[]): Problem | undefined {
  const { optional, unions } = sizes.reduce(add, { optional: 0, unions: 0 });
  if (optional > MAX_OPTIONAL) {
    return invalid(
      `Schemas contains too many optional parameters (${optional}), which would make grammar compilation ` +
        `inefficient. Reduce the number of optional parameters in your tool schemas (limit: ${MAX_OPTIONAL}).`,
    );
  }
  if (unions > MAX_UNIONS) {
    return invalid(
      `Schemas contains too many parameters with union types (${unions} parameters with type arrays or anyOf) ` +
        `which would cause exponential compilation cost. Reduce the number of nullable or union-typed parameters ` +
        `(limit: ${MAX_UNIONS}).`,
    );
  }
  return undefined;
}

function add(left: GrammarSize, right: GrammarSize): GrammarSize {
  return { optional: left.optional + right.optional, unions: left.unions + right.unions };
}

function typesOf({ type }: Readonly<Record<string, unknown>>): string[] {
  if (Array.isArray(type)) return type.map(String);
  return typeof type === "string" ? [type] : [];
}

function childrenOf(schema: Readonly<Record<string, unknown>>): unknown[] {
  const maps = ["properties", "$defs", "definitions"].flatMap((keyword) =>
    isRecord(schema[keyword]) ? Object.values(schema[keyword]) : [],
  );
  const lists = ["anyOf", "allOf"].flatMap((keyword) =>
    Array.isArray(schema[keyword]) ? schema[keyword] : [],
  );
  return [...maps, ...lists, ...(schema["items"] === undefined ? [] : [schema["items"]])];
}
