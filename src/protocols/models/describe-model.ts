import { abilitiesOf } from "../../core/models/abilities-of.ts";
import { lifecycleOf, type Lifecycle } from "../../core/models/lifecycle.ts";
import type { ModelAbilities } from "../../core/models/model-abilities.ts";
import { offeredAbilities } from "../../core/models/offered-abilities.ts";
import { type EngineCapabilities, EVERY_CAPABILITY } from "../../core/ports/engine.ts";
import type { ModelDescription } from "../../core/ports/model-catalogue.ts";

/**
 * The fields that clients look for besides OpenAI's model object, under the names that they know: those of OpenRouter, Groq, vLLM
 * and LiteLLM, and `lifecycle` and `retires_at` of Anthropic's own model object.
 */
export interface ModelFacts {
  readonly context_length: number;
  readonly context_window: number;
  readonly max_model_len: number;
  readonly max_input_tokens: number;
  readonly max_output_tokens: number;
  readonly max_completion_tokens: number;
  readonly supported_parameters: readonly string[];
  readonly lifecycle: Lifecycle["stage"];
  readonly retires_at: string | null;
}

/** What the model itself accepts, in the terms of the Messages API. */
export interface ModelTakes {
  /** The full id of the model that answers, if it is known. */
  readonly resolved_model: string;
  readonly takes: {
    /** `one`: a temperature or `top_p`, but not both. What the model does not accept is left out and reported. */
    readonly sampling: ModelAbilities["sampling"];
    /** `words`: the model is told that it must call a tool, and asked once more if it does not. */
    readonly forced_tools: "native" | "without_thinking" | "words";
    readonly thinking: readonly string[];
    readonly effort: readonly string[];
    readonly prefill: boolean;
    readonly structured_outputs: boolean;
  };
}

const FORCED_TOOLS = { taken: "native", "without-thinking": "without_thinking", refused: "words" } as const;
/** OpenRouter's names for what every model here accepts, by what it takes of the engine. */
const SUPPORTED: readonly (readonly [keyof EngineCapabilities | "always", readonly string[]])[] = [
  ["always", ["max_tokens", "max_completion_tokens", "stop"]],
  ["sampling", ["reasoning", "reasoning_effort", "include_reasoning"]],
  ["clientTools", ["tools", "tool_choice", "parallel_tool_calls"]],
  ["outputFormats", ["response_format", "structured_outputs"]],
  ["sampling", ["verbosity"]],
];

export function describeModel(
  { model, resolvedModel = model, capabilities = EVERY_CAPABILITY }: ModelDescription,
  now: number,
): { readonly facts: ModelFacts; readonly takes: ModelTakes } {
  const abilities = offeredAbilities(abilitiesOf(resolvedModel), capabilities);
  const { contextTokens, maxOutputTokens } = abilities;
  const { stage, endsAt } = lifecycleOf(abilities, now);
  return {
    facts: {
      context_length: contextTokens,
      context_window: contextTokens,
      max_model_len: contextTokens,
      max_input_tokens: contextTokens,
      max_output_tokens: maxOutputTokens,
      max_completion_tokens: maxOutputTokens,
      supported_parameters: [
        ...SUPPORTED.flatMap(([need, names]) => (need === "always" || capabilities[need] ? names : [])),
        ...(abilities.sampling === "none" ? [] : ["temperature", "top_p"]),
      ],
      lifecycle: stage,
      retires_at: endsAt === undefined ? null : new Date(endsAt).toISOString(),
    },
    takes: { resolved_model: resolvedModel, takes: describeTakes(abilities) },
  };
}

function describeTakes(abilities: ModelAbilities): ModelTakes["takes"] {
  const { adaptive, budget, disabledUpTo, betweenToolsUpTo } = abilities.thinking;
  return {
    sampling: abilities.sampling,
    forced_tools: FORCED_TOOLS[abilities.forcedTools],
    thinking: [
      ...(adaptive ? ["adaptive"] : []),
      ...(budget ? ["enabled"] : []),
      ...(betweenToolsUpTo ? ["between_tools"] : []),
      ...(disabledUpTo ? ["disabled"] : []),
    ],
    effort: abilities.efforts,
    prefill: abilities.takesPrefill,
    structured_outputs: abilities.takesOutputFormat,
  };
}
