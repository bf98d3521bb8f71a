import type { Sampling } from "../words/sampling.ts";
import type { Forcing } from "./forced-tools.ts";
import type { ModelAbilities } from "./model-abilities.ts";

/** How the model must think where that differs from Claude Code's own choice. */
export type FittedThinking = "off" | "between-tools" | { readonly budgetTokens: number };

interface WantedThinking {
  readonly sampling: Sampling;
  /** The effective effort: the client's, otherwise the profile's. */
  readonly wanted: Sampling["effort"];
  /** False: as little thinking as the model can do. */
  readonly thinks: boolean;
  readonly forcing: Forcing;
  /** Whether a budget is accepted: the API refuses one in the middle of a round of tool calls that began without thinking. */
  readonly takesBudget: boolean;
  readonly maxOutputTokens: number | undefined;
}

/** The smallest budget that the API accepts. */
export const MIN_THINKING_TOKENS = 1024;
/** What Claude Code gives to a model that thinks by budget: one token less than its output limit. */
const USUAL_BUDGET = 31_999;

/** Used instead of an effort where the model has no effort setting. */
const BUDGET_OF_EFFORT: Readonly<Record<string, number>> = { low: 2048, medium: 8192, high: 16_384 };

/** Undefined: left to Claude Code, which uses `adaptive` for all models that support it. */
export function fitThinking(asked: WantedThinking, abilities: ModelAbilities): FittedThinking | undefined {
  const { thinking } = abilities;
  if (!asked.thinks) {
    if (thinking.disabledUpTo) return "off";
    return thinking.betweenToolsUpTo ? "between-tools" : undefined;
  }
  if (!thinking.budget) return undefined;
  const { sampling, wanted = "", forcing, takesBudget, maxOutputTokens } = asked;
  // A forced tool is compatible with adaptive thinking, but not with a budget.
  const wantsBudget = sampling.thinkingTokens !== undefined && takesBudget && forcing !== "native";
  if (thinking.adaptive && !wantsBudget) return undefined;
  const ofEffort = abilities.efforts.length === 0 ? BUDGET_OF_EFFORT[wanted] : undefined;
  const budget = sampling.thinkingTokens ?? ofEffort;
  if (budget === undefined && maxOutputTokens === undefined) return undefined;
  return { budgetTokens: withinOutput(budget ?? USUAL_BUDGET, maxOutputTokens ?? USUAL_BUDGET + 1) };
}

/** A budget that leaves no room for the answer is reduced to half of the output. */
function withinOutput(budget: number, maxOutputTokens: number): number {
  const fitting = budget < maxOutputTokens ? budget : Math.floor(maxOutputTokens / 2);
  return Math.max(MIN_THINKING_TOKENS, fitting);
}
