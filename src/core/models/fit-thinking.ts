import type { Sampling } from "../words/sampling.ts";
import type { Forcing } from "./forced-tools.ts";
import type { ModelAbilities } from "./model-abilities.ts";

/** How the model is to think, where Claude Code would not ask for that by itself. */
export type FittedThinking = "off" | "between-tools" | { readonly budgetTokens: number };

interface WantedThinking {
  readonly sampling: Sampling;
  /** What counts: the client's effort or the profile's. */
  readonly wanted: Sampling["effort"];
  /** Otherwise as little as the model can. */
  readonly thinks: boolean;
  readonly forcing: Forcing;
  /** The API refuses a budget in the middle of a round of tool calls that began without thinking. */
  readonly takesBudget: boolean;
  readonly maxOutputTokens: number | undefined;
}

/** The smallest budget that the API takes. */
export const MIN_THINKING_TOKENS = 1024;
/** What Claude Code gives to a model that thinks by budget, one token less than its output. */
const USUAL_BUDGET = 31_999;

/** Stands for an effort where the model knows none. */
const BUDGET_OF_EFFORT: Readonly<Record<string, number>> = { low: 2048, medium: 8192, high: 16_384 };

/** Undefined: as Claude Code does it, which is `adaptive` for all models that take it. */
export function fitThinking(asked: WantedThinking, abilities: ModelAbilities): FittedThinking | undefined {
  const { thinking } = abilities;
  if (!asked.thinks) {
    if (thinking.disabledUpTo) return "off";
    return thinking.betweenToolsUpTo ? "between-tools" : undefined;
  }
  if (!thinking.budget) return undefined;
  const { sampling, wanted = "", forcing, takesBudget, maxOutputTokens } = asked;
  // A forced tool goes with adaptive thinking, not with a budget.
  const wantsBudget = sampling.thinkingTokens !== undefined && takesBudget && forcing !== "native";
  if (thinking.adaptive && !wantsBudget) return undefined;
  const ofEffort = abilities.efforts.length === 0 ? BUDGET_OF_EFFORT[wanted] : undefined;
  const budget = sampling.thinkingTokens ?? ofEffort;
  if (budget === undefined && maxOutputTokens === undefined) return undefined;
  return { budgetTokens: withinOutput(budget ?? USUAL_BUDGET, maxOutputTokens ?? USUAL_BUDGET + 1) };
}

/** A budget that leaves no answer room gives half of the output back. */
function withinOutput(budget: number, maxOutputTokens: number): number {
  const fitting = budget < maxOutputTokens ? budget : Math.floor(maxOutputTokens / 2);
  return Math.max(MIN_THINKING_TOKENS, fitting);
}
