import { resolve } from "node:path";

import { createGenerator, type Schema } from "ts-json-schema-generator";

const RESOURCES = resolve(import.meta.dirname, "../node_modules/openai/resources");

/** The types of the installed `openai` package that Turnpike answers with. */
const TYPES = [
  "ChatCompletion",
  "ChatCompletionChunk",
  "ChatCompletionDeleted",
  "ChatCompletionStoreMessage",
  "Model",
  "ErrorObject",
];

/** The types, and what they are made of, as JSON Schema definitions that allow no further field. Takes a few seconds. */
export function generateOpenAiTypes(): Record<string, Schema> {
  const generator = createGenerator({
    path: `${RESOURCES}/{chat/completions/completions,models,shared}.d.ts`,
    skipTypeCheck: true,
    additionalProperties: false,
    encodeRefs: false,
    jsDoc: "none",
  });
  const definitions: Record<string, Schema> = {};
  for (const type of TYPES) Object.assign(definitions, generator.createSchema(type).definitions);
  return definitions;
}
