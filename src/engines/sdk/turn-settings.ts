import type { Query } from "@anthropic-ai/claude-agent-sdk";

import type { Sampling } from "../../core/turn-request.ts";

type FlagSettings = Parameters<Query["applyFlagSettings"]>[0];

/**
 * A turn's sampling as settings of a live process. They stay until they are changed, so every field is always named: an
 * empty string takes a variable back. `fields` are merged into each request of the turn as they are.
 */
export function turnSettings(
  sampling: Sampling,
  fields: Readonly<Record<string, unknown>> = {},
): FlagSettings {
  const body = { ...samplingFields(sampling), ...fields };
  return {
    effortLevel: sampling.effort ?? null,
    env: {
      CLAUDE_CODE_EXTRA_BODY: Object.keys(body).length === 0 ? "" : JSON.stringify(body),
      CLAUDE_CODE_MAX_OUTPUT_TOKENS:
        sampling.maxOutputTokens === undefined ? "" : String(sampling.maxOutputTokens),
    },
  };
}

/** Settings of a process that no turn has changed yet. */
export const DEFAULT_TURN_SETTINGS = JSON.stringify(turnSettings({}));

/** Fields of the Messages API that Claude Code has no setting for; it merges them into each request. */
function samplingFields(sampling: Sampling): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  if (sampling.stopSequences !== undefined && sampling.stopSequences.length > 0) {
    body["stop_sequences"] = sampling.stopSequences;
  }
  if (sampling.temperature !== undefined && sampling.temperature !== 1) {
    // The Messages API takes a temperature only from a model that does not think, and then no edits of its thinking.
    body["temperature"] = sampling.temperature;
    body["thinking"] = { type: "disabled" };
    body["context_management"] = { edits: [] };
  }
  if (sampling.topP !== undefined && sampling.topP !== 1) body["top_p"] = sampling.topP;
  return body;
}
