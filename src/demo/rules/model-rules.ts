export type ThinkingType = "adaptive" | "enabled" | "disabled" | "between_tools";
export type Effort = "low" | "medium" | "high" | "xhigh" | "max";

/** What one model of the API takes, and how it behaves. */
export interface ModelRules {
  id: string;
  displayName: string;
  line: "fable" | "haiku" | "opus" | "sonnet";
  /** The day of its launch. The id followed by this date names the same model. */
  launched: string;
  /** Its last day, if one is announced. */
  retiresAt: string | null;
  /** In tokens. */
  contextWindow: number;
  maxOutput: number;
  /** Whether it thinks when a request does not say. */
  thinksByDefault: boolean;
  thinkingTypes: readonly ThinkingType[];
  /** The highest effort that goes with `disabled` and `between_tools`. */
  maxEffortWithoutThinking: Effort;
  efforts: readonly Effort[];
  defaultEffort: Effort;
  /** What a client sees of its thinking by default. */
  thinkingDisplay: "summarized" | "omitted";
  /** `temperature`, `top_p`, `top_k`: only the default values, or one of the first two. */
  sampling: "default-only" | "one";
  takesForcedTools: boolean;
  takesPrefill: boolean;
  /** `computer_20251124`, the oldest computer tool that still exists. */
  takesOldestComputerTool: boolean;
  /** Role `system` inside `messages`; `claude-code`: only from Claude Code or with a beta. */
  systemMessages: "taken" | "claude-code" | "refused";
  /** A thinking block is valid only after the system text, tools and messages that it was created after. */
  bindsThinking: boolean;
  /** Other models whose thinking it can read; blocks of all others are silently dropped. */
  readsThinkingOf: readonly string[];
  /** What it says between tool calls is thinking. */
  speaksInThinking: boolean;
  /** Rough measure of text size. */
  charactersPerToken: number;
  /** In tokens; a shorter prefix is not cached. */
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
