import type { JsonObject } from "../../core/words/client-tool.ts";
import type { OutputFormat } from "../../core/words/output-format.ts";
import { ApiSchemaWriter, UnsupportedSchema } from "./api-schema-writer.ts";

const ONLY_JSON = "no words before or after it, no comments, no code fence. Tool calls may come before it.";

/** Tells Claude in words what to answer, where the model's API cannot enforce it. */
export function outputInstruction(format: OutputFormat): string {
  if (format.type === "json-object") {
    return `Your final answer must be exactly one JSON object and nothing else: ${ONLY_JSON}`;
  }
  const { name, description, schema } = format;
  return [
    `Your final answer must be exactly one JSON value that is valid against the JSON Schema "${name}" and nothing else: ${ONLY_JSON}`,
    ...(description === undefined ? [] : [`What it is for: ${description}`]),
    `The JSON Schema:\n${JSON.stringify(schema)}`,
  ].join("\n\n");
}

/** The client's schema of the answer, if it has one. */
export function schemaOf(format: OutputFormat | undefined): JsonObject | undefined {
  return format?.type === "json-schema" ? format.schema : undefined;
}

/**
 * A client's schema in the form that the Messages API takes for structured outputs (`output_config.format`): a subset of JSON
 * Schema in which every object is closed. Rules that cannot be enforced go into descriptions. An answer that follows the result
 * may still break such a rule of the client's schema, but the result never forbids the only right answer. Undefined when that is
 * impossible: for recursion, maps, values without a type, external references, and schemas that exceed the API's limits.
 */
export function toApiSchema(schema: JsonObject): JsonObject | undefined {
  try {
    return new ApiSchemaWriter(schema).write();
  } catch (error) {
    if (error instanceof UnsupportedSchema) return undefined;
    throw error;
  }
}
