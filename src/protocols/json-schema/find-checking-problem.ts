import type { JsonObject } from "../../core/client-tool.ts";
import { compileSchema, SchemaError } from "../../core/json-output/compile-schema.ts";

/** Compiling takes some milliseconds for a thousand characters, during which the server does nothing else. */
const MAX_LENGTH = 128 * 1024;

/**
 * Says why no value could be checked against a schema, in good time; nothing when it can be. For what is valid by its
 * meta-schema and must also be enforced: answers in a format, arguments of a strict tool. The check is then ready for use.
 */
export function findCheckingProblem(schema: JsonObject): string | undefined {
  const { length } = JSON.stringify(schema);
  if (length > MAX_LENGTH) {
    return `the schema is too large. Expected at most ${MAX_LENGTH} characters, but got ${length} instead.`;
  }
  try {
    compileSchema(schema);
    return undefined;
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    return error.message;
  }
}
