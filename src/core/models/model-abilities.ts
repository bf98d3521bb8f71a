/** How hard a model works, from least to most. */
export const EFFORT_LEVELS = ["low", "medium", "high", "xhigh", "max"] as const;
export type EffortLevel = (typeof EFFORT_LEVELS)[number];

/** What one model of Claude's API supports. Asking for anything else returns a 400 there. */
export interface ModelAbilities {
  /** Without date, cloud and context window. For a family name, the model it is taken to mean. */
  readonly id: string;
  /** Absent for a model that is not in the table: its other fields are then those of the strictest model. */
  readonly isKnown?: true;
  /** `none`: only the API's defaults. `one`: a temperature or `top_p`, never both, and only without thinking. */
  readonly sampling: "none" | "one";
  /** Whether `tool_choice` may name a tool or require one. */
  readonly forcedTools: "taken" | "without-thinking" | "refused";
  readonly thinking: ThinkingAbilities;
  /** The supported effort levels; empty for a model without effort. */
  readonly efforts: readonly EffortLevel[];
  /** The API's default; absent for a model without effort. */
  readonly defaultEffort?: EffortLevel;
  /** Whether the last message may be an assistant message for the model to continue. */
  readonly takesPrefill: boolean;
  /** The API checks that the content before a thinking block is the same as when the block was produced. */
  readonly bindsThinking: boolean;
  /** Whether thinking of earlier turns stays in the context; otherwise the API drops it, and it costs nothing. */
  readonly keepsThinking: boolean;
  /** Whether text between tool calls comes as thinking. */
  readonly thinksBetweenTools: boolean;
  /** Whether messages with the role `system` may appear between the others. */
  readonly takesSystemMessages: boolean;
  /** Tokens of input and output together. */
  readonly contextTokens: number;
  /** The maximum of `max_tokens`; thinking counts towards it. */
  readonly maxOutputTokens: number;
  /** Its token count for a text, relative to the models up to 4.6. */
  readonly tokenFactor: number;
  readonly images: ImageAbilities;
  /** Whether answers can be constrained to a JSON Schema (`output_config.format`). */
  readonly takesOutputFormat: boolean;
  /** Minimum length of a prefix that can be cached, in tokens. */
  readonly minCachedTokens: number;
  /** Its retirement date, as `2026-11-30`. Absent when none is announced. */
  readonly endsOn?: string;
  /** Anthropic has retired it; a cloud may still offer it. */
  readonly hasEnded?: true;
  /** The oldest version of Claude Code that may use it with a personal login. */
  readonly minClaudeCode?: string;
}

export interface ThinkingAbilities {
  /** What the API does when the request does not say. */
  readonly byDefault: "adaptive" | "off";
  /** Whether `{type: "adaptive"}` is accepted. */
  readonly adaptive: boolean;
  /** Whether `{type: "enabled", budget_tokens}` is accepted. */
  readonly budget: boolean;
  /**
   * The highest effort with which `{type: "disabled"}` is accepted; absent when it never is. A model without effort has `max`.
   */
  readonly disabledUpTo?: EffortLevel;
  /** The highest effort with which `{type: "between_tools"}` is accepted; absent when it never is. */
  readonly betweenToolsUpTo?: EffortLevel;
}

export interface ImageAbilities {
  /** Maximum tokens of one image: larger images are scaled down. */
  readonly maxTokens: number;
  /** Maximum length of the longer side in pixels; larger images are scaled down. */
  readonly maxEdge: number;
}
