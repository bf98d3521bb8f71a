import type { Sampling } from "../../core/sampling.ts";
import { isGiven } from "../is-given.ts";
import type { ChatRequestBody } from "./chat-request-schema.ts";

/** How an answer tells Claude's thinking. */
export interface ReasoningForm {
  /** The client wants none of it. */
  readonly isHidden?: true;
  /** It is also told as `reasoning`, the name that OpenRouter's clients look for. */
  readonly hasShortName?: true;
}

type Effort = NonNullable<Sampling["effort"]>;

/** Below so many tokens of thinking, this is the effort that they stand for. */
const EFFORT_OF_BUDGET: readonly (readonly [below: number, effort: Effort])[] = [
  [4096, "low"],
  [16_384, "medium"],
];

/**
 * How hard a request wants Claude to think, by any of the names that clients use: OpenAI's `reasoning_effort`, OpenRouter's
 * `reasoning`, Anthropic's and DeepSeek's `thinking`, Qwen's `enable_thinking`. The first that says something counts.
 */
export function parseEffort(body: ChatRequestBody): Effort | undefined {
  const { reasoning_effort: plain, reasoning, thinking, enable_thinking: isOn } = body;
  const effort = plain ?? reasoning?.effort ?? undefined;
  if (effort !== undefined) return effort;
  if (reasoning?.enabled === false) return "none";
  if (isGiven(reasoning?.max_tokens)) return effortOfBudget(reasoning.max_tokens);
  if (reasoning?.enabled) return undefined;
  if (thinking === false) return "none";
  if (isGiven(thinking) && thinking !== true) {
    if (thinking.type === "disabled") return "none";
    return isGiven(thinking.budget_tokens) ? effortOfBudget(thinking.budget_tokens) : undefined;
  }
  return thinking !== true && isOn === false ? "none" : undefined;
}

/** Whoever speaks OpenRouter's language of `reasoning` looks for it in answers, too. */
export function parseReasoningForm({
  reasoning,
  include_reasoning: isIncluded,
}: ChatRequestBody): ReasoningForm {
  if (reasoning?.exclude === true || isIncluded === false) return { isHidden: true };
  return isGiven(reasoning) || isIncluded === true ? { hasShortName: true } : {};
}

function effortOfBudget(tokens: number): Effort {
  if (tokens === 0) return "none";
  return EFFORT_OF_BUDGET.find(([below]) => tokens < below)?.[1] ?? "high";
}
