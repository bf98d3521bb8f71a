import { z } from "zod";

import { MAX_TOOLS } from "../../tool-bounds.ts";
import { INCLUDABLE } from "../includable.ts";

const jsonObject = z.record(z.string(), z.unknown());
const summaryKind = z.enum(["auto", "concise", "detailed"]);
const toolFilter = z.looseObject({
  tool_names: z.array(z.string()).nullish(),
  read_only: z.boolean().nullish(),
});

/** A function or custom tool, alone or in a namespace. */
const namedToolSchema = z.looseObject({
  type: z.string(),
  name: z.string().nullish(),
  description: z.string().nullish(),
  parameters: jsonObject.nullish(),
  strict: z.boolean().nullish(),
  allowed_callers: z.array(z.string()).nullish(),
  format: z
    .looseObject({ type: z.string(), syntax: z.string().nullish(), definition: z.string().nullish() })
    .nullish(),
});

/** A tool of any type; its parser checks what its type needs. */
const toolSchema = namedToolSchema.extend({
  tools: z.array(namedToolSchema).min(1).nullish(),

  environment: z
    .union([
      // A computer tool's environment.
      z.string(),
      z.looseObject({
        type: z.string(),
        file_ids: z.array(z.string()).nullish(),
        skills: z.array(z.unknown()).nullish(),
      }),
    ])
    .nullish(),
  container: z
    .union([z.string(), z.looseObject({ type: z.string(), file_ids: z.array(z.string()).nullish() })])
    .nullish(),

  server_label: z.string().nullish(),
  server_url: z.string().nullish(),
  connector_id: z.string().nullish(),
  tunnel_id: z.string().nullish(),
  authorization: z.string().nullish(),
  headers: z.record(z.string(), z.string()).nullish(),
  allowed_tools: z.union([z.array(z.string()), toolFilter]).nullish(),
  require_approval: z
    .union([
      z.enum(["always", "never"]),
      z.looseObject({ always: toolFilter.nullish(), never: toolFilter.nullish() }),
    ])
    .nullish(),
});

/** A reference to a tool that was declared elsewhere in the request. */
const toolReferenceSchema = z.looseObject({
  type: z.string(),
  name: z.string().nullish(),
  namespace: z.string().nullish(),
  server_label: z.string().nullish(),
});

const toolChoiceSchema = z.union([
  z.enum(["none", "auto", "required"]),
  toolReferenceSchema.extend({
    mode: z.enum(["auto", "required"]).nullish(),
    tools: z.array(toolReferenceSchema).min(1).nullish(),
  }),
]);

const textFormatSchema = z.looseObject({
  type: z.string(),
  name: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[a-zA-Z0-9_-]+$/)
    .nullish(),
  description: z.string().nullish(),
  schema: jsonObject.nullish(),
  strict: z.boolean().nullish(),
});

/**
 * The body of `POST /v1/responses`. Loose: fields that are not listed pass and are reported as ignored. `null` means absent, as
 * many clients send it for whatever they leave unset.
 */
export const responsesRequestSchema = z.looseObject({
  model: z.string().min(1),
  /** `parse-items.ts` checks the items by type. */
  input: z.union([z.string(), z.array(jsonObject)]).nullish(),
  instructions: z.string().nullish(),
  previous_response_id: z.string().min(1).nullish(),
  conversation: z.union([z.string().min(1), z.looseObject({ id: z.string().min(1) })]).nullish(),

  store: z.boolean().nullish(),
  background: z.boolean().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_obfuscation: z.boolean().nullish() }).nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  include: z.array(z.enum(INCLUDABLE)).nullish(),
  truncation: z.enum(["auto", "disabled"]).nullish(),

  max_output_tokens: z.int().min(1).nullish(),
  max_tool_calls: z.int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  frequency_penalty: z.number().nullish(),
  presence_penalty: z.number().nullish(),
  text: z
    .looseObject({
      format: textFormatSchema.nullish(),
      verbosity: z.enum(["low", "medium", "high"]).nullish(),
    })
    .nullish(),
  reasoning: z
    .looseObject({
      effort: z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]).nullish(),
      summary: summaryKind.nullish(),
      generate_summary: summaryKind.nullish(),
    })
    .nullish(),

  tools: z.array(toolSchema).max(MAX_TOOLS).nullish(),
  tool_choice: toolChoiceSchema.nullish(),
  parallel_tool_calls: z.boolean().nullish(),

  service_tier: z.string().nullish(),
  user: z.string().nullish(),
  safety_identifier: z.string().nullish(),
  prompt_cache_key: z.string().nullish(),
  prompt_cache_retention: z.string().nullish(),

  /** Turnpike's own; read by `parse-claude-settings.ts`. */
  claude: jsonObject.nullish(),

  // Refused as soon as they ask for anything.
  prompt: z.unknown().optional(),
  moderation: z.unknown().optional(),
});

export type ResponsesRequestBody = z.output<typeof responsesRequestSchema>;
export type ToolBody = z.output<typeof toolSchema>;
export type NamedToolBody = z.output<typeof namedToolSchema>;
export type ToolReferenceBody = z.output<typeof toolReferenceSchema>;
export type TextFormatBody = z.output<typeof textFormatSchema>;
