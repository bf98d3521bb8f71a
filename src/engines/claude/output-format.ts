import type { JsonObject } from "../../core/words/client-tool.ts";
import type { OutputFormat } from "../../core/words/output-format.ts";
import { ApiSchemaWriter, UnsupportedSchema } from "./api-schema-writer.ts";

const ONLY_JSON = "no words before or after it, no comments, no code fence. Tool calls may come before it.";

/** Tells Claude in words what to answer, where the model's API cannot hold it to that. */
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

/**
 * A client's schema as the Messages API takes it for structured outputs (`output_config.format`): a part of JSON Schema in
 * which every object is closed. What cannot be enforced is said in descriptions. An answer that follows it may still miss
 * such a rule of the client's schema, but one that it forbids is never the only right one. Undefined when that cannot be:
 * for recursion, maps, values without a type, references to the outside, and what exceeds the API's limits.
 */
export function toApiSchema(schema: JsonObject): JsonObject | undefined {
  try {
    return new ApiSchemaWriter(schema).write();
  } catch (error) {
    if (error instanceof UnsupportedSchema) return undefined;
    throw error;
  }
}
