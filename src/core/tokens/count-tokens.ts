import { abilitiesOf } from "../models/abilities-of.ts";
import type { ModelAbilities } from "../models/model-abilities.ts";
import type { CountTokens, TokenPrompt } from "../ports/token-counter.ts";
import type { ModelTarget } from "../words/profile.ts";
import { estimateTokens } from "./estimate-tokens.ts";
import { thinkingTokens } from "./thinking-tokens.ts";

/** Asks the model's API to count a prompt without its thinking. Undefined: it cannot, or not now. */
export type AskApi = (
  prompt: TokenPrompt,
  target: ModelTarget,
  signal: AbortSignal,
) => Promise<number | undefined>;

/** A client that asks for a count should not wait longer. */
const MAX_WAIT_MS = 2_000;

/** Counts with the API if it answers in time, otherwise with the estimate. */
export function createTokenCounter(askApi: AskApi, maxWaitMs = MAX_WAIT_MS): CountTokens {
  return async (prompt, target, signal) => {
    const model = measureOf(target);
    const asked = target && (await askInTime(askApi, prompt, target, maxWaitMs, signal));
    if (asked === undefined) return { tokens: estimateTokens(prompt, model), source: "estimate" };
    return { tokens: asked + thinkingTokens(prompt.messages, model), source: "api" };
  };
}

export const countByEstimate: CountTokens = async (prompt, target) => ({
  tokens: estimateTokens(prompt, measureOf(target)),
  source: "estimate",
});

/** The abilities of the model that will answer, which decide how to count; without one, those of the newest models. */
export function measureOf(target: ModelTarget | undefined): ModelAbilities {
  return abilitiesOf(target ? (target.resolvedModel ?? target.model) : "");
}

async function askInTime(
  askApi: AskApi,
  prompt: TokenPrompt,
  target: ModelTarget,
  maxWaitMs: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const timeout = AbortSignal.timeout(maxWaitMs);
  try {
    return await askApi(prompt, target, AbortSignal.any([signal, timeout]));
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
