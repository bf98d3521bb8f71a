import { Ajv, type FuncKeywordDefinition, type Options } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { JsonObject } from "../core/words/client-tool.ts";
import { clientPattern } from "./client-pattern.ts";
import { isMultipleOf } from "./is-multiple-of.ts";
import { linearFormats } from "./linear-formats.ts";
import { writeCanonical } from "../lib/canonical-json.ts";

/**
 * Says where and by which rule a value does not conform, such as `/items/0/name must be string`; undefined when it conforms.
 */
export type JsonCheck = (value: unknown) => string | undefined;

/** The schema is unusable for checking; the message says why and is safe to show to the client. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
}

type Dialect = typeof Ajv | typeof Ajv2019 | typeof Ajv2020;

const metaSchemas = new Map<Dialect, Ajv>();

/** The time taken by ajv's optimizer grows with the square of a schema's size. */
const OPTIONS: Options = { strict: false, logger: false, code: { regExp: clientPattern, optimize: false } };

/**
 * Compiles a client's JSON Schema: draft 2020-12 unless it names another. Unknown keywords and formats are ignored. Neither
 * compiling nor checking is bounded, so it must run in a process that can be killed.
 * @throws SchemaError
 */
export function compileSchema(schema: JsonObject): JsonCheck {
  return compileAs(dialectsOf(schema), schema);
}

/** A schema that names no dialect may still be written for draft 7, with arrays of `items`. */
function dialectsOf({ $schema }: JsonObject): readonly Dialect[] {
  if (typeof $schema !== "string") return [Ajv2020, Ajv];
  if (/draft-0[3-7]/.test($schema)) return [Ajv];
  return $schema.includes("2019-09") ? [Ajv2019] : [Ajv2020];
}

function compileAs([dialect, ...others]: readonly Dialect[], schema: JsonObject): JsonCheck {
  if (dialect === undefined) throw new SchemaError("The schema has no known dialect.");
  try {
    return compile(dialect, schema);
  } catch (error) {
    try {
      if (others.length > 0) return compileAs(others, schema);
    } catch {
      // The client gets the error of the first dialect.
    }
    throw new SchemaError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Each schema gets its own instance, so that the `$id`s of one never mean anything in another. */
function compile(dialect: Dialect, schema: JsonObject): JsonCheck {
  // `$async` would make the check return a promise, and the dialect is already known.
  const { $schema: _, $async: __, ...rules } = schema;
  const meta = metaSchemas.get(dialect) ?? new dialect(OPTIONS);
  metaSchemas.set(dialect, meta);
  if (meta.validateSchema(rules) !== true)
    throw new Error(meta.errorsText(meta.errors, { dataVar: "schema" }));

  const ajv = new dialect({ ...OPTIONS, meta: false, validateSchema: false });
  for (const [name, format] of linearFormats) ajv.addFormat(name, format);
  for (const keyword of [uniqueItems, multipleOf]) {
    ajv.removeKeyword(keyword.keyword);
    ajv.addKeyword(keyword);
  }
  const validate = ajv.compile(rules);
  return (value) => {
    try {
      if (validate(value)) return undefined;
    } catch {
      return "it is nested too deeply";
    }
    const [error] = validate.errors ?? [];
    return `${error?.instancePath || "the value"} ${error?.message ?? "does not fit"}`;
  };
}

/** Replaces ajv's `uniqueItems`, which compares every item with every other. The order of an object's keys is ignored. */
const uniqueItems = {
  keyword: "uniqueItems",
  type: "array",
  schemaType: "boolean",
  error: { message: "must NOT have duplicate items" },
  compile: (isWanted: boolean) => (items: readonly unknown[]) =>
    !isWanted || new Set(items.map(writeCanonical)).size === items.length,
} satisfies FuncKeywordDefinition;

/** Replaces ajv's `multipleOf`, to which 19.99 is no multiple of 0.01. */
const multipleOf = {
  keyword: "multipleOf",
  type: "number",
  schemaType: "number",
  error: { message: ({ schema }) => `must be multiple of ${schema}` },
  compile: (divisor: number) => (value: number) => isMultipleOf(value, divisor),
} satisfies FuncKeywordDefinition;
