import { abilitiesOf } from "../../core/models/abilities-of.ts";
import { lifecycleOf, type Lifecycle } from "../../core/models/lifecycle.ts";
import { EFFORT_LEVELS, type ModelAbilities } from "../../core/models/model-abilities.ts";
import { offeredAbilities } from "../../core/models/offered-abilities.ts";
import { EVERY_CAPABILITY } from "../../core/ports/engine.ts";
import type { ModelDescription } from "../../core/ports/model-catalogue.ts";

const LINES = ["haiku", "sonnet", "opus", "fable", "mythos"] as const;

/** Anthropic's model object, as typed in its SDK 1.14. */
export interface ModelInfoBody {
  readonly type: "model";
  readonly id: string;
  readonly display_name: string;
  /** RFC 3339. */
  readonly created_at: string;
  readonly max_input_tokens: number;
  readonly max_tokens: number;
  readonly line: (typeof LINES)[number] | null;
  readonly lifecycle: Lifecycle["stage"];
  readonly deprecated_at: null;
  readonly retires_at: string | null;
  readonly capabilities: object;
}

/** `now`: milliseconds since the epoch. */
export function formatModelInfo(description: ModelDescription, now: number): ModelInfoBody {
  const { id, model, resolvedModel, displayName, createdAt, capabilities = EVERY_CAPABILITY } = description;
  const abilities = offeredAbilities(abilitiesOf(resolvedModel ?? model), capabilities);
  const { stage, endsAt } = lifecycleOf(abilities, now);
  return {
    type: "model",
    id,
    display_name: displayName,
    created_at: new Date(createdAt * 1000).toISOString(),
    max_input_tokens: abilities.contextTokens,
    max_tokens: abilities.maxOutputTokens,
    line: LINES.find((line) => abilities.id.split("-").includes(line)) ?? null,
    lifecycle: stage,
    // Only the day of retirement is known, not that of the deprecation.
    deprecated_at: null,
    retires_at: endsAt === undefined ? null : new Date(endsAt).toISOString(),
    capabilities: formatCapabilities(abilities, capabilities.media),
  };
}

/** The capabilities that requests to this server can use: what the API would run by itself is not offered here. */
function formatCapabilities(
  { thinking, efforts, takesOutputFormat }: ModelAbilities,
  takesMedia: boolean,
): object {
  const levels = EFFORT_LEVELS.map((level) => [level, supported(efforts.includes(level))] as const);
  return {
    batch: supported(false),
    citations: supported(false),
    code_execution: supported(false),
    context_management: {
      ...supported(false),
      clear_thinking_20251015: supported(false),
      clear_tool_uses_20250919: supported(false),
      compact_20260112: supported(false),
    },
    effort: { ...supported(efforts.length > 0), ...Object.fromEntries(levels) },
    image_input: supported(takesMedia),
    pdf_input: supported(takesMedia),
    server_tools: { ...supported(false), code_execution: supported(false), web_search: supported(false) },
    structured_outputs: supported(takesOutputFormat),
    thinking: {
      ...supported(true),
      types: {
        adaptive: supported(thinking.adaptive),
        between_tools: supported(thinking.betweenToolsUpTo !== undefined),
        disabled: supported(thinking.disabledUpTo !== undefined),
        enabled: supported(thinking.budget),
      },
    },
  };
}

function supported(isSupported: boolean): { readonly supported: boolean } {
  return { supported: isSupported };
}
