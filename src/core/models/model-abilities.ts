/** How hard a model works, from least to most. */
export const EFFORT_LEVELS = ["low", "medium", "high", "xhigh", "max"] as const;
export type EffortLevel = (typeof EFFORT_LEVELS)[number];

/** What one model of Claude's API takes and gives. What it does not take is a 400 there. */
export interface ModelAbilities {
  /** Without date, cloud and context window; for a name that stands for a family, the model that it was taken for. */
  readonly id: string;
  /** Absent for a model that is not in the table: the rest is then what the strictest one takes. */
  readonly isKnown?: true;
  /** `none`: nothing but the API's defaults. `one`: a temperature or `top_p`, never both, and only without thinking. */
  readonly sampling: "none" | "one";
  /** Whether `tool_choice` may name a tool or demand one. */
  readonly forcedTools: "taken" | "without-thinking" | "refused";
  readonly thinking: ThinkingAbilities;
  /** The levels of effort; empty for a model that knows none. */
  readonly efforts: readonly EffortLevel[];
  /** The API's own; absent for a model that knows no effort. */
  readonly defaultEffort?: EffortLevel;
  /** An assistant's message may come last, to be continued. */
  readonly takesPrefill: boolean;
  /** The API checks that what stands before a block of thinking is what stood there when it was thought. */
  readonly bindsThinking: boolean;
  /** The thinking of earlier turns stays in its context; else the API leaves it out, and it counts nothing. */
  readonly keepsThinking: boolean;
  /** What it says between tool calls comes as thinking. */
  readonly thinksBetweenTools: boolean;
  /** Messages of the role `system` may stand between the others. */
  readonly takesSystemMessages: boolean;
  /** Tokens of input and output together. */
  readonly contextTokens: number;
  /** The most that `max_tokens` may be; thinking counts. */
  readonly maxOutputTokens: number;
  /** How many tokens it counts where the models up to 4.6 count one. */
  readonly tokenFactor: number;
  readonly images: ImageAbilities;
  /** Answers can be held to a JSON Schema (`output_config.format`). */
  readonly takesOutputFormat: boolean;
  /** Tokens of the shortest prefix that is cached. */
  readonly minCachedTokens: number;
  /** The day on which it ends, as `2026-11-30`. Absent when none is announced. */
  readonly endsOn?: string;
  /** It has ended at Anthropic; a cloud may still have it. */
  readonly hasEnded?: true;
  /** The oldest Claude Code that may use it with a personal login. */
  readonly minClaudeCode?: string;
}

export interface ThinkingAbilities {
  /** What the API does when the request says nothing. */
  readonly byDefault: "adaptive" | "off";
  /** `{type: "adaptive"}` is taken. */
  readonly adaptive: boolean;
  /** `{type: "enabled", budget_tokens}` is taken. */
  readonly budget: boolean;
  /** `{type: "disabled"}` is taken, up to this effort; absent when it never is. A model without effort has `max`. */
  readonly disabledUpTo?: EffortLevel;
  /** `{type: "between_tools"}` is taken, up to this effort; absent when it never is. */
  readonly betweenToolsUpTo?: EffortLevel;
}

export interface ImageAbilities {
  /** Images in one request. */
  readonly maxCount: number;
  /** Tokens of one image at most: larger ones are made smaller. */
  readonly maxTokens: number;
  /** Pixels of the longer side, beyond which an image is made smaller. */
  readonly maxEdge: number;
}
