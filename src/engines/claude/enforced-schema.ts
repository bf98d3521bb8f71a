import type { JsonObject } from "../../core/words/client-tool.ts";
import { resolvePointer } from "../../core/json-output/json-kind.ts";
import { isRecord } from "../../lib/is-record.ts";

/** What schemas take of the API's limits, which hold for all schemas of a request together. */
export interface SchemaCost {
  /** Properties that are not required. */
  readonly optional: number;
  /** Values of more than one type. */
  readonly unions: number;
}

export const MAX_SCHEMA_COST: SchemaCost = { optional: 24, unions: 16 };

export const API_FORMATS: ReadonlySet<unknown> = new Set(
  "date-time time date duration email hostname uri ipv4 ipv6 uuid".split(" "),
);

/** These may stand in any schema, and constrain nothing. */
const NOTES = "title description default $schema $comment $defs definitions".split(" ");
/** What else the API takes, by type. */
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  object: ["properties", "required", "additionalProperties"],
  array: ["items", "minItems"],
  string: ["enum", "const", "format"],
  number: ["enum", "const"],
  integer: ["enum", "const"],
  boolean: ["enum", "const"],
  null: ["enum", "const"],
};

const DEFINITION = /^#\/(?:\$defs|definitions)\/[\w.-]+$/;

/**
 * The size of a schema that the Messages API enforces as it stands: closed objects, no recursion, no limits on numbers and
 * lengths. Undefined for every other. Source: Anthropic's documentation of structured outputs and strict tools.
 */
export function enforcedSize(schema: JsonObject): SchemaCost | undefined {
  const reader = new EnforcedSchema(schema);
  return reader.isEnforced(schema) ? reader : undefined;
}

class EnforcedSchema implements SchemaCost {
  readonly #root: JsonObject;
  /** The references that are being followed: coming back to one of them is recursion. */
  readonly #open = new Set<string>();
  readonly #known = new Set<string>();
  optional = 0;
  unions = 0;

  constructor(root: JsonObject) {
    this.#root = root;
  }

  isEnforced(schema: unknown): boolean {
    if (!isRecord(schema)) return false;
    const { $ref, anyOf, type } = schema;
    if ($ref !== undefined) return hasOnly(schema, ["$ref"]) && this.#isReferenceEnforced($ref);
    if (anyOf !== undefined) {
      this.unions += 1;
      return (
        hasOnly(schema, ["anyOf"]) && Array.isArray(anyOf) && anyOf.every((each) => this.isEnforced(each))
      );
    }
    const types: readonly unknown[] = Array.isArray(type) ? type : [type];
    if (Array.isArray(type)) this.unions += 1;
    const taken = types.map((each) => (typeof each === "string" ? KEYWORDS[each] : undefined));
    if (taken.includes(undefined) || !hasOnly(schema, ["type", ...taken.flatMap((each) => each ?? [])]))
      return false;
    return (
      areLiterals(schema) &&
      (schema["format"] === undefined || API_FORMATS.has(schema["format"])) &&
      (!types.includes("object") || this.#isObjectEnforced(schema)) &&
      (!types.includes("array") || this.#isArrayEnforced(schema))
    );
  }

  #isObjectEnforced({ properties = {}, required = [], additionalProperties }: JsonObject): boolean {
    if (additionalProperties !== false || !isRecord(properties) || !Array.isArray(required)) return false;
    const names = Object.keys(properties);
    if (!required.every((name) => names.includes(name))) return false;
    this.optional += names.length - new Set(required).size;
    return Object.values(properties).every((each) => this.isEnforced(each));
  }

  #isArrayEnforced({ items, minItems = 0 }: JsonObject): boolean {
    return (minItems === 0 || minItems === 1) && this.isEnforced(items);
  }

  #isReferenceEnforced(reference: unknown): boolean {
    if (typeof reference !== "string" || !DEFINITION.test(reference) || this.#open.has(reference))
      return false;
    if (this.#known.has(reference)) return true;
    this.#known.add(reference);
    this.#open.add(reference);
    const isEnforced = this.isEnforced(resolvePointer(reference, this.#root));
    this.#open.delete(reference);
    return isEnforced;
  }
}

function hasOnly(schema: JsonObject, keywords: readonly string[]): boolean {
  return Object.keys(schema).every((keyword) => keywords.includes(keyword) || NOTES.includes(keyword));
}

/** The API takes texts, numbers, booleans and null. */
function areLiterals(schema: JsonObject): boolean {
  const { enum: values = [] } = schema;
  return (
    Array.isArray(values) &&
    [...values, schema["const"]].every((each) => each === null || typeof each !== "object")
  );
}
