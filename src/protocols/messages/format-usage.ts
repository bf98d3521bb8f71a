import type { Usage } from "../../core/words/usage.ts";

/** The counts of a turn; like core, the API counts cached tokens separately from the input. */
export function formatCounts(usage: Usage) {
  const { cacheWriteTokens, longCacheWriteTokens = 0 } = usage;
  return {
    input_tokens: usage.inputTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: cacheWriteTokens - longCacheWriteTokens,
      ephemeral_1h_input_tokens: longCacheWriteTokens,
    },
    cache_read_input_tokens: usage.cacheReadTokens,
    output_tokens: usage.outputTokens,
    output_tokens_details: { thinking_tokens: usage.reasoningTokens },
    server_tool_use: null,
  };
}

/** The usage of a whole message. */
export function formatUsage(usage: Usage) {
  return {
    ...formatCounts(usage),
    inference_geo: null,
    service_tier: "standard" as const,
    speed: null,
  };
}
