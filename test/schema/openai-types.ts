import { readFileSync } from "node:fs";
import { join } from "node:path";

import { PERMISSION_MODES } from "../../src/core/words/permission-mode.ts";
import {
  FILE_CHANGES,
  LIVE_FILE_CHANGE,
  NOTICE,
  NOTICES,
  RESOLVED_APPROVAL,
  STOP_REASON,
  strictObject,
} from "./claude-fields.ts";

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

const RUNNING_ACTIVITY = strictObject({
  id: BEGUN.id,
  name: BEGUN.name,
  status: { const: "in_progress" },
  elapsed_ms: { type: "string", pattern: "^[0-9]+$" },
});
const WAITING_APPROVAL = strictObject({
  id: BEGUN.id,
  status: { const: "waiting" },
  tool: BEGUN.name,
  input: BEGUN.input,
  summary: OUTPUT,
  always_allows: OUTPUT,
  expires_at: { type: "string", pattern: "^[-0-9]+T[:.0-9]+Z$" },
});

const TOKENS = { type: "integer", minimum: 1 };
const NAMES = { type: "array", items: BEGUN.name };
const PERMISSION_MODE = { enum: PERMISSION_MODES };

/** Fields that Turnpike adds to OpenAI's objects on purpose. Any other field that a type does not have is refused. */
const OUR_FIELDS: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  ChatCompletionMessage: {
    reasoning_content: { type: "string", minLength: 1 },
    reasoning: { type: "string", minLength: 1 },
    claude: {
      minProperties: 1,
      ...strictObject(
        {
          activity: {
            type: "array",
            minItems: 1,
            items: { anyOf: [WHOLE_ACTIVITY, BEGUN_ACTIVITY, ENDED_ACTIVITY] },
          },
          ...FILE_CHANGES,
          notices: NOTICES,
          stop_reason: STOP_REASON,
        },
        ["activity", "file_changes", "file_changes_incomplete", "notices", "stop_reason"],
      ),
    },
  },
  "ChatCompletionChunk.Choice.Delta": {
    reasoning_content: { type: "string", minLength: 1 },
    reasoning: { type: "string", minLength: 1 },
    claude: {
      anyOf: [
        strictObject({ activity: { anyOf: [BEGUN_ACTIVITY, RUNNING_ACTIVITY, ENDED_ACTIVITY] } }),
        strictObject({ approval: { anyOf: [WAITING_APPROVAL, RESOLVED_APPROVAL] } }),
        strictObject({ file_change: LIVE_FILE_CHANGE }),
        strictObject(FILE_CHANGES, ["file_changes_incomplete"]),
        strictObject({ notice: NOTICE }),
        strictObject({ stop_reason: STOP_REASON }),
      ],
    },
  },
  Model: {
    context_length: TOKENS,
    context_window: TOKENS,
    max_model_len: TOKENS,
    max_input_tokens: TOKENS,
    max_output_tokens: TOKENS,
    max_completion_tokens: TOKENS,
    supported_parameters: { type: "array", minItems: 1, items: BEGUN.name },
    lifecycle: { enum: ["active", "deprecated", "retired"] },
    retires_at: { type: ["string", "null"] },
    claude: strictObject({
      profile: BEGUN.name,
      model: BEGUN.name,
      display_name: BEGUN.name,
      resolved_model: BEGUN.name,
      takes: strictObject({
        sampling: { enum: ["none", "one"] },
        forced_tools: { enum: ["native", "without_thinking", "words"] },
        thinking: {
          type: "array",
          minItems: 1,
          items: { enum: ["adaptive", "enabled", "between_tools", "disabled"] },
        },
        effort: { type: "array", items: { enum: ["low", "medium", "high", "xhigh", "max"] } },
        prefill: { type: "boolean" },
        structured_outputs: { type: "boolean" },
      }),
      permission_mode: PERMISSION_MODE,
      builtin_tools: { enum: ["auto", "on", "off"] },
      isolation: { enum: ["none", "worktree", "copy"] },
      sandbox: { enum: ["off", "auto", "required"] },
      mcp_servers: NAMES,
      agents: NAMES,
      effort: { enum: ["none", "low", "medium", "high", "xhigh", "max", null] },
      max_turns: { type: ["integer", "null"] },
      max_budget_usd: { type: ["number", "null"] },
      activity: { enum: ["shown", "hidden"] },
      request_overrides: strictObject({
        permission_modes: { type: "array", minItems: 1, items: PERMISSION_MODE },
        working_directory: { enum: ["workspace", "folders"] },
        builtin_tools: { type: "boolean" },
        allowed_tools: { enum: ["none", "listed", "any"] },
        mcp_servers: { enum: ["none", "configured", "remote", "any"] },
        commands: NAMES,
      }),
    }),
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
