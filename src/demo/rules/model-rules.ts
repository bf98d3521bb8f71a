export type ThinkingType = "adaptive" | "enabled" | "disabled" | "between_tools";
export type Effort = "low" | "medium" | "high" | "xhigh" | "max";

/** What one model of the API takes, and how it behaves. */
export interface ModelRules {
  id: string;
  displayName: string;
  line: "fable" | "haiku" | "opus" | "sonnet";
  /** The day of its launch. An id with this date behind it names the same model. */
  launched: string;
  /** Its last day, where one is announced. */
  retiresAt: string | null;
  /** Tokens. */
  contextWindow: number;
  maxOutput: number;
  /** Whether it thinks when a request does not say. */
  thinksByDefault: boolean;
  thinkingTypes: readonly ThinkingType[];
  /** The highest effort that goes with `disabled` and `between_tools`. */
  maxEffortWithoutThinking: Effort;
  efforts: readonly Effort[];
  defaultEffort: Effort;
  /** What a client sees of its thinking when a request does not say. */
  thinkingDisplay: "summarized" | "omitted";
  /** `temperature`, `top_p`, `top_k`: nothing but the default, or one of the first two. */
  sampling: "default-only" | "one";
  takesForcedTools: boolean;
  takesPrefill: boolean;
  /** Role `system` inside `messages`; `claude-code`: only from Claude Code or with a beta. */
  systemMessages: "taken" | "claude-code" | "refused";
  /** A thinking block holds only behind the system text, tools and messages that it was created behind. */
  bindsThinking: boolean;
  /** Models besides itself whose thinking it can read; other blocks are dropped in silence. */
  readsThinkingOf: readonly string[];
  /** What it says between tool calls is thinking. */
  speaksInThinking: boolean;
  /** Rough size of a text. */
  charactersPerToken: number;
  /** Tokens; a shorter prefix is not cached. */
  minCachePrefix: number;
  /** Longest side in pixels, and tokens, that an image is scaled down to. */
  vision: { maxSide: number; maxTokens: number };
  speed: "taken" | "with-beta" | "refused";
}

/** From the least to the most. */
export const ALL_EFFORTS: readonly Effort[] = ["low", "medium", "high", "xhigh", "max"];

export function effortRank(effort: Effort): number {
  return ALL_EFFORTS.indexOf(effort);
}
