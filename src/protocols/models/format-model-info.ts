import { abilitiesOf } from "../../core/models/abilities-of.ts";
import { EFFORT_LEVELS, type ModelAbilities } from "../../core/models/model-abilities.ts";
import type { ModelDescription } from "../../core/ports/model-catalogue.ts";

const LINES = ["haiku", "sonnet", "opus", "fable", "mythos"] as const;

/** Anthropic's model object, as the types of its SDK 1.14 have it. */
export interface ModelInfoBody {
  readonly type: "model";
  readonly id: string;
  readonly display_name: string;
  /** RFC 3339. */
  readonly created_at: string;
  readonly max_input_tokens: number;
  readonly max_tokens: number;
  readonly line: (typeof LINES)[number] | null;
  readonly lifecycle: "active" | "deprecated" | "retired";
  readonly deprecated_at: null;
  readonly retires_at: string | null;
  readonly capabilities: object;
}

export function formatModelInfo({ id, model, displayName, createdAt }: ModelDescription): ModelInfoBody {
  const abilities = abilitiesOf(model);
  const { endsOn, hasEnded } = abilities;
  const lifecycle = endsOn === undefined ? "active" : "deprecated";
  return {
    type: "model",
    id,
    display_name: displayName,
    created_at: new Date(createdAt * 1000).toISOString(),
    max_input_tokens: abilities.contextTokens,
    max_tokens: abilities.maxOutputTokens,
    line: LINES.find((line) => abilities.id.split("-").includes(line)) ?? null,
    lifecycle: hasEnded ? "retired" : lifecycle,
    // Only the day of the end is known, not that of its announcement.
    deprecated_at: null,
    retires_at: endsOn === undefined ? null : `${endsOn}T00:00:00Z`,
    capabilities: formatCapabilities(abilities),
  };
}

/** What requests to this server can make use of: what the API would run by itself is not offered here. */
function formatCapabilities({ thinking, efforts, takesOutputFormat }: ModelAbilities): object {
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
    image_input: supported(true),
    pdf_input: supported(true),
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
