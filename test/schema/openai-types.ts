import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A JSON Schema object, as far as it is looked into here. */
interface Definition {
  readonly properties?: Record<string, object>;
}

/** Made from the `openai` package by `write-openai-types.ts`, since making it takes longer than most tests. */
export const OPENAI_TYPES_FILE = join(import.meta.dirname, "openai-types.json");

const BEGUN = {
  id: { type: "string", minLength: 1 },
  name: { type: "string", minLength: 1 },
  input: { type: "string", pattern: "^[{].*[}]$" },
};
const STATUS = { enum: ["completed", "failed"] };
const OUTPUT = { type: "string" };
const BEGUN_ACTIVITY = strictObject({ ...BEGUN, status: { const: "in_progress" } });
const WHOLE_ACTIVITY = strictObject({ ...BEGUN, status: STATUS, output: OUTPUT });
const ENDED_ACTIVITY = strictObject({ id: BEGUN.id, status: STATUS, output: OUTPUT });

/** An object with just these fields. */
function strictObject(properties: Readonly<Record<string, object>>) {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}

/** Fields that Turnpike adds to OpenAI's objects on purpose. Any other field that a type does not have is refused. */
const OUR_FIELDS: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  ChatCompletionMessage: {
    reasoning_content: { type: "string", minLength: 1 },
    claude: strictObject({
      activity: {
        type: "array",
        minItems: 1,
        items: { anyOf: [WHOLE_ACTIVITY, BEGUN_ACTIVITY, ENDED_ACTIVITY] },
      },
    }),
  },
  "ChatCompletionChunk.Choice.Delta": {
    reasoning_content: { type: "string", minLength: 1 },
    claude: strictObject({ activity: { anyOf: [BEGUN_ACTIVITY, ENDED_ACTIVITY] } }),
  },
  Model: {
    claude: {
      type: "object",
      properties: {
        profile: { type: "string" },
        model: { type: "string" },
        display_name: { type: "string" },
      },
      required: ["profile", "model", "display_name"],
      additionalProperties: false,
    },
  },
};

/** OpenAI's types as JSON Schema definitions, with our own fields. */
export function readOpenAiTypes(): Record<string, object> {
  // Proof for the cast: the file was written from just that; a test compares the two.
  const definitions = JSON.parse(readFileSync(OPENAI_TYPES_FILE, "utf8")) as Record<string, Definition>;
  for (const [name, fields] of Object.entries(OUR_FIELDS)) {
    const properties = definitions[name]?.properties;
    if (!properties) throw new Error(`The openai package has no object type ${name} any more.`);
    Object.assign(properties, fields);
  }
  return definitions;
}
