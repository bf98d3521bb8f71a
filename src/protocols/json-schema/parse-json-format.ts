import type { JsonObject } from "../../core/client-tool.ts";
import type { OutputFormat } from "../../core/output-format.ts";
import { missingParameter, RequestError } from "../request-error.ts";
import { findCheckingProblem } from "./find-checking-problem.ts";
import { readObjectSchema } from "./object-schema.ts";

/** A JSON format as a client declares it. */
export interface DeclaredFormat {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly schema?: JsonObject | null | undefined;
}

/**
 * What an answer in a declared JSON format must be. `where` is the parameter that holds the declaration, `subject` the one that
 * OpenAI names in its messages.
 * @throws RequestError when the schema cannot be kept to
 */
export function parseJsonFormat(declared: DeclaredFormat, where: string, subject: string): OutputFormat {
  const { name, description, schema } = declared;
  const param = `${where}.schema`;
  if (!schema) throw missingParameter(param);
  const read = readObjectSchema(schema, false);
  const problem = "problem" in read ? read.problem : findCheckingProblem(read.schema);
  if ("problem" in read || problem !== undefined) {
    const message = `Invalid schema for ${subject} '${name}': ${problem}`;
    throw new RequestError("invalid_json_schema", message, param);
  }
  return {
    type: "json-schema",
    name,
    ...(description !== undefined && description !== null && { description }),
    schema: read.schema,
  };
}
