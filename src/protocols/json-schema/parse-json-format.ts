import type { JsonObject } from "../../core/words/client-tool.ts";
import type { OutputFormat } from "../../core/words/output-format.ts";
import { invalidValue, missingParameter, RequestError } from "../request-error.ts";
import { readObjectSchema } from "./object-schema.ts";

/** A JSON format as a client declares it. */
export interface DeclaredFormat {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly schema?: JsonObject | null | undefined;
}

/**
 * The format that a request demands of its answer, by its type; undefined for plain text. `where` is the parameter that holds it.
 * @throws RequestError when there is no such format; what `readSchema` throws
 */
export function parseFormat(
  type: string | undefined,
  where: string,
  readSchema: () => OutputFormat,
): OutputFormat | undefined {
  switch (type) {
    case undefined:
    case "text":
      return undefined;
    case "json_object":
      return { type: "json-object" };
    case "json_schema":
      return readSchema();
    default:
      throw invalidValue(`${where}.type`, type, ["json_object", "json_schema", "text"]);
  }
}

/**
 * The output format for a declared JSON format. `where` is the parameter that holds the declaration, `subject` the one that
 * OpenAI's messages name.
 * @throws RequestError when the schema cannot be enforced
 */
export function parseJsonFormat(declared: DeclaredFormat, where: string, subject: string): OutputFormat {
  const { name, description, schema } = declared;
  const param = `${where}.schema`;
  if (!schema) throw missingParameter(param);
  const read = readObjectSchema(schema, false);
  if ("problem" in read) throw invalidFormatSchema(`${subject} '${name}'`, read.problem, param);
  return {
    type: "json-schema",
    name,
    ...(description !== undefined && description !== null && { description }),
    schema: read.schema,
  };
}

/** `subject`: what has this schema, as OpenAI names it. */
export function invalidFormatSchema(subject: string, problem: string, param: string): RequestError {
  return new RequestError("invalid_json_schema", `Invalid schema for ${subject}: ${problem}`, param);
}
