import type { Sampling } from "../../core/words/sampling.ts";
import { isGiven } from "../is-given.ts";
import type { ChatRequestBody } from "./chat-request-schema.ts";

/** How an answer shows Claude's thinking. */
export interface ReasoningForm {
  /** The client does not want to see it. */
  readonly isHidden?: true;
  /** It is also sent as `reasoning`, the name that OpenRouter's clients look for. */
  readonly hasShortName?: true;
}

type ThinkingWish = Pick<Sampling, "effort" | "asksToThink" | "thinkingTokens">;

const THINK: ThinkingWish = { asksToThink: true };
const DO_NOT_THINK: ThinkingWish = { effort: "none" };

/**
 * How hard a request wants Claude to think, by any of the names that clients use: OpenAI's `reasoning_effort`, OpenRouter's
 * `reasoning`, Anthropic's and DeepSeek's `thinking`, Qwen's `enable_thinking`. The first that says something counts.
 */
export function parseThinking(body: ChatRequestBody): ThinkingWish {
  const { reasoning_effort: plain, reasoning, thinking, enable_thinking: isOn } = body;
  const effort = plain ?? reasoning?.effort ?? undefined;
  // At OpenAI, effort always refers to thinking.
  if (effort !== undefined)
    return effort === "none" || effort === "minimal" ? { effort } : { effort, ...THINK };
  if (reasoning?.enabled === false) return DO_NOT_THINK;
  if (isGiven(reasoning?.max_tokens)) return withBudget(reasoning.max_tokens);
  if (reasoning?.enabled) return THINK;
  if (isGiven(thinking)) return parseThinkingSwitch(thinking);
  if (isGiven(isOn)) return isOn ? THINK : DO_NOT_THINK;
  return {};
}

/** The client's names for these parameters. */
export function thinkingNames({
  reasoning_effort: plain,
  reasoning,
  thinking,
  enable_thinking: isOn,
}: ChatRequestBody) {
  if (isGiven(plain)) return { effort: "reasoning_effort" };
  if (isGiven(reasoning)) return { effort: "reasoning", thinkingTokens: "reasoning.max_tokens" };
  if (isGiven(thinking)) return { effort: "thinking", thinkingTokens: "thinking.budget_tokens" };
  return { effort: isGiven(isOn) ? "enable_thinking" : "reasoning_effort" };
}

/** A client that sends OpenRouter's `reasoning` also looks for that field in answers. */
export function parseReasoningForm({
  reasoning,
  include_reasoning: isIncluded,
}: ChatRequestBody): ReasoningForm {
  if (reasoning?.exclude === true || isIncluded === false) return { isHidden: true };
  return isGiven(reasoning) || isIncluded === true ? { hasShortName: true } : {};
}

function parseThinkingSwitch(thinking: NonNullable<ChatRequestBody["thinking"]>): ThinkingWish {
  if (typeof thinking === "boolean") return thinking ? THINK : DO_NOT_THINK;
  if (thinking.type === "disabled") return DO_NOT_THINK;
  const hasBudget = thinking.type === "enabled" && isGiven(thinking.budget_tokens);
  return hasBudget ? withBudget(thinking.budget_tokens ?? 0) : THINK;
}

function withBudget(thinkingTokens: number): ThinkingWish {
  return thinkingTokens === 0 ? DO_NOT_THINK : { ...THINK, thinkingTokens };
}
