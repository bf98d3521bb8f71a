import { z } from "zod";

import { PERMISSION_MODES } from "../../core/words/permission-mode.ts";

/** What `/v1/models` answers with, for /openapi.json: OpenAI's shape, or Anthropic's for whoever names a version of its API. */

const takesSchema = z
  .object({
    sampling: z.string(),
    forced_tools: z.enum(["native", "without_thinking", "words"]),
    thinking: z.array(z.string()),
    effort: z.array(z.string()),
    prefill: z.boolean(),
    structured_outputs: z.boolean(),
  })
  .describe("What the model itself accepts.");

const overridesSchema = z
  .object({
    permission_modes: z.array(z.enum(PERMISSION_MODES)),
    working_directory: z.enum(["workspace", "folders"]),
    builtin_tools: z.boolean(),
    allowed_tools: z.enum(["none", "listed", "any"]),
    mcp_servers: z.enum(["none", "configured", "remote", "any"]),
    commands: z.array(z.string()),
  })
  .describe("What requests may change.");

const openAiModelSchema = z.object({
  id: z.string(),
  object: z.literal("model"),
  created: z.number().describe("Seconds since the epoch."),
  owned_by: z.string(),
  context_length: z.number(),
  context_window: z.number(),
  max_model_len: z.number(),
  max_input_tokens: z.number(),
  max_output_tokens: z.number(),
  max_completion_tokens: z.number(),
  supported_parameters: z.array(z.string()),
  lifecycle: z.string(),
  retires_at: z.string().nullable(),
  claude: z
    .object({
      profile: z.string(),
      model: z.string(),
      display_name: z.string(),
      resolved_model: z.string(),
      takes: takesSchema,
      permission_mode: z.enum(PERMISSION_MODES),
      builtin_tools: z.enum(["auto", "on", "off"]),
      isolation: z.enum(["none", "worktree", "copy"]),
      sandbox: z.enum(["off", "auto", "required"]),
      mcp_servers: z.array(z.string()),
      agents: z.array(z.string()),
      effort: z.string().nullable(),
      max_turns: z.number().nullable(),
      max_budget_usd: z.number().nullable(),
      activity: z.enum(["shown", "text", "hidden"]),
      request_overrides: overridesSchema,
    })
    .describe("Turnpike's own field: what the id stands for, and what it can do."),
});

const anthropicModelSchema = z.object({
  type: z.literal("model"),
  id: z.string(),
  display_name: z.string(),
  created_at: z.string(),
  max_input_tokens: z.number(),
  max_tokens: z.number(),
  line: z.string().nullable(),
  lifecycle: z.string(),
  deprecated_at: z.null(),
  retires_at: z.string().nullable(),
  capabilities: z.looseObject({}),
});

export const modelBodySchema = z.union([openAiModelSchema, anthropicModelSchema]);

export const modelListBodySchema = z.union([
  z.object({ object: z.literal("list"), data: z.array(openAiModelSchema) }),
  z.object({
    data: z.array(anthropicModelSchema),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
    has_more: z.boolean(),
  }),
]);
