import { BLOCKS, CACHE_CONTROL, SYSTEM_BLOCKS } from "./block-shapes.ts";
import type { Field, Fields, Shape } from "./shape.ts";
import { TOOL } from "./tool-shapes.ts";

const need = (shape: Shape): Field => ({ shape, required: true });
const may = (shape: Shape): Field => ({ shape });
const behind = (shape: Shape, ...betas: string[]): Field => ({ shape, betas });
const text: Shape = { kind: "text" };
const flag: Shape = { kind: "boolean" };
const any: Shape = { kind: "any" };
const choice = (...values: string[]): Shape => ({ kind: "choice", values });
const type = need(text);

const effort = may(choice("low", "medium", "high", "xhigh", "max"));
const perTurn = ["per-turn-control-2026-07-01", "mid-conversation-output-config-2026-07-01"];

const content = (variants: Readonly<Record<string, Shape>>): Shape => ({
  kind: "text-or-list",
  item: { kind: "tagged", tag: "type", variants },
});
const spoken: Shape = {
  kind: "object",
  fields: { role: need(text), content: need(content(BLOCKS)) },
};
const toolChange = { tool_addition: any, tool_removal: any };
const systemMessage: Shape = {
  kind: "object",
  fields: {
    role: need(text),
    content: need(content({ ...SYSTEM_BLOCKS, ...toolChange })),
    output_config: behind({ kind: "object", fields: { effort } }, ...perTurn),
    clear_at: behind(choice("next_user_message"), "mid-conversation-system-clear-at-2026-08-21"),
  },
};

/** The shape for each role; the role does not become part of the path. */
export const MESSAGES: Readonly<Record<string, Shape>> = {
  user: spoken,
  assistant: spoken,
  system: systemMessage,
};

const display = (): Field => may(choice("summarized", "omitted", "updates"));
const blockBinding = behind(
  { kind: "object", fields: { prefix_mismatch_behavior: may(choice("error", "drop_block")) } },
  "thinking-binding-controls-2026-08-01",
);
const THINKING: Shape = {
  kind: "tagged",
  tag: "type",
  variants: {
    adaptive: { kind: "object", fields: { type, display: display(), block_binding: blockBinding } },
    enabled: {
      kind: "object",
      fields: {
        type,
        budget_tokens: need({ kind: "number", isInteger: true, min: 1024 }),
        display: display(),
        block_binding: blockBinding,
      },
    },
    disabled: { kind: "object", fields: { type } },
    between_tools: { kind: "object", fields: { type } },
  },
};

const parallel = may(flag);
const TOOL_CHOICE: Shape = {
  kind: "tagged",
  tag: "type",
  variants: {
    auto: { kind: "object", fields: { type, disable_parallel_tool_use: parallel } },
    any: { kind: "object", fields: { type, disable_parallel_tool_use: parallel } },
    tool: { kind: "object", fields: { type, name: need(text), disable_parallel_tool_use: parallel } },
    none: { kind: "object", fields: { type } },
  },
};

const FORMAT: Shape = {
  kind: "tagged",
  tag: "type",
  variants: { json_schema: { kind: "object", fields: { type, schema: need({ kind: "record" }) } } },
};

/** The fields that counting tokens shares with creating a message. */
const COMMON: Fields = {
  model: need(text),
  // The shape depends on the role; see `findMessageMisfit`.
  messages: need({ kind: "list", item: any }),
  system: may(content(SYSTEM_BLOCKS)),
  tools: may({ kind: "list", item: TOOL }),
  tool_choice: may(TOOL_CHOICE),
  thinking: may(THINKING),
  cache_control: may(CACHE_CONTROL),
  output_config: may({
    kind: "object",
    fields: {
      effort,
      format: may(FORMAT),
      task_budget: behind(any, "task-budgets-2026-03-13"),
    },
  }),
  speed: may(choice("standard", "fast")),
  output_format: behind(FORMAT, "structured-outputs-2025-11-13", "structured-outputs-2025-12-15"),
  context_management: behind({ kind: "record" }, "context-management-2025-06-27", "compact-2026-01-12"),
  compaction: behind(any, "compact-2026-09-04"),
  mcp_servers: behind(
    { kind: "list", item: any },
    "mcp-client-2025-04-04",
    "mcp-client-2025-11-20",
    "mcp-client-2026-09-15",
  ),
};

export const COUNT_FIELDS: Fields = COMMON;

export const CREATE_FIELDS: Fields = {
  ...COMMON,
  // Not in the API's types: Claude Code sends it in mode `auto`.
  safeguards: behind(any, "dangerous-tool-use-2026-09-03"),
  max_tokens: need({ kind: "number", isInteger: true, min: 0 }),
  stream: may(flag),
  stop_sequences: may({ kind: "list", item: text }),
  metadata: may({
    kind: "object",
    // The length is from 2025; no change has been seen since.
    fields: { user_id: may({ kind: "text", maxLength: 256 }) },
  }),
  service_tier: may(choice("auto", "standard_only")),
  inference_geo: may(text),
  container: may(any),
  diagnostics: may(any),
  thread: behind(any, "message-threads-2026-08-12"),
  fallbacks: behind(any, "server-side-fallback-2026-06-01", "server-side-fallback-2026-07-01"),
  fallback_credit_token: behind(any, "fallback-credit-2026-06-01", "fallback-credit-2026-07-01"),
};

/** Removed as of API version 2026-10-21, which refuses even the default values. */
export const SAMPLING_FIELDS: Fields = {
  temperature: may({ kind: "number", min: 0, max: 1 }),
  top_p: may({ kind: "number", min: 0, max: 1 }),
  top_k: may({ kind: "number", isInteger: true, min: 0 }),
};
