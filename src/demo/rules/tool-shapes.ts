import { CACHE_CONTROL } from "./block-shapes.ts";
import type { Field, Shape } from "./shape.ts";

const may = (shape: Shape): Field => ({ shape });
const flag: Shape = { kind: "boolean" };

/** The documentation says 64 characters, the API's answers 128. */
const NAME = /^[a-zA-Z0-9_-]{1,128}$/;

/** A tool that the client runs. */
export const CUSTOM_TOOL: Shape = {
  kind: "object",
  fields: {
    type: may({ kind: "text" }),
    name: { shape: { kind: "text", pattern: NAME }, required: true },
    description: { shape: { kind: "text" }, notNull: true },
    input_schema: { shape: { kind: "record" }, required: true },
    cache_control: may(CACHE_CONTROL),
    strict: may(flag),
    defer_loading: may(flag),
    eager_input_streaming: may(flag),
    allowed_callers: may({ kind: "list", item: { kind: "text" } }),
    input_examples: may({ kind: "list", item: { kind: "record" } }),
  },
};

/** Tools that the API defines, by type. Only the type is checked, and for `computer_20251124` which models have it. */
export const API_TOOLS: readonly string[] = [
  "advisor_20260301",
  "bash_20250124",
  "browser_toolset_20260801",
  "code_execution_20250522",
  "code_execution_20250825",
  "code_execution_20260120",
  "code_execution_20260521",
  "computer_20241022",
  "computer_20250124",
  "computer_20251124",
  "computer_toolset_20260801",
  "mcp_toolset",
  "memory_20250818",
  "text_editor_20241022",
  "text_editor_20250124",
  "text_editor_20250429",
  "text_editor_20250728",
  "tool_search_tool_bm25",
  "tool_search_tool_bm25_20251119",
  "tool_search_tool_regex",
  "tool_search_tool_regex_20251119",
  "web_fetch_20250910",
  "web_fetch_20260209",
  "web_fetch_20260309",
  "web_fetch_20260318",
  "web_search_20250305",
  "web_search_20260209",
  "web_search_20260318",
];

export const TOOL: Shape = {
  kind: "tagged",
  tag: "type",
  missing: "custom",
  variants: {
    custom: CUSTOM_TOOL,
    ...Object.fromEntries(API_TOOLS.map((type) => [type, { kind: "any" } as const])),
  },
};
