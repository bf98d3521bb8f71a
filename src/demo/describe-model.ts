import type { Effort, ModelRules, ThinkingType } from "./rules/model-rules.ts";

/** A model as `GET /v1/models` tells of it. */
export function describeModel(model: ModelRules): Record<string, unknown> {
  return {
    type: "model",
    id: model.id,
    display_name: model.displayName,
    created_at: `${model.launched}T00:00:00Z`,
    line: model.line,
    lifecycle: model.retiresAt === null ? "active" : "deprecated",
    deprecated_at: model.retiresAt === null ? null : "2026-07-24T00:00:00Z",
    retires_at: model.retiresAt === null ? null : `${model.retiresAt}T00:00:00Z`,
    max_input_tokens: model.contextWindow,
    max_tokens: model.maxOutput,
    capabilities: capabilitiesOf(model),
  };
}

function capabilitiesOf(model: ModelRules) {
  const thinks = (type: ThinkingType) => can(model.thinkingTypes.includes(type));
  const effort = (level: Effort) => can(model.efforts.includes(level));
  return {
    batch: YES,
    citations: YES,
    code_execution: YES,
    context_management: {
      ...YES,
      clear_thinking_20251015: YES,
      clear_tool_uses_20250919: YES,
      compact_20260112: can(model.efforts.length > 0),
    },
    effort: {
      ...can(model.efforts.length > 0),
      low: effort("low"),
      medium: effort("medium"),
      high: effort("high"),
      xhigh: effort("xhigh"),
      max: effort("max"),
    },
    image_input: YES,
    pdf_input: YES,
    server_tools: { ...YES, code_execution: YES, web_search: YES },
    structured_outputs: YES,
    thinking: {
      ...YES,
      types: {
        adaptive: thinks("adaptive"),
        enabled: thinks("enabled"),
        disabled: thinks("disabled"),
        between_tools: thinks("between_tools"),
      },
    },
  };
}

function can(supported: boolean) {
  return { supported };
}

const YES = can(true);
