import { resolve } from "node:path";

import { createGenerator, type Schema } from "ts-json-schema-generator";

const TYPES_FILE = resolve(import.meta.dirname, "../node_modules/openai/resources/responses/responses.d.ts");

/** What Turnpike answers with in the Responses API. */
const TYPES = ["Response", "ResponseStreamEvent", "ResponseItem"];

/** The types of the installed `openai` package, and what they are made of, as JSON Schema definitions that allow no further field. */
export function generateResponseTypes(): Record<string, Schema> {
  const generator = createGenerator({
    path: TYPES_FILE,
    skipTypeCheck: true,
    additionalProperties: false,
    encodeRefs: false,
    jsDoc: "none",
  });
  const definitions: Record<string, Schema> = {};
  for (const type of TYPES) Object.assign(definitions, generator.createSchema(type).definitions);
  return definitions;
}
