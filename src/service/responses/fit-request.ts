import type { Message } from "../../core/words/message.ts";
import type { ModelAbilities } from "../../core/models/model-abilities.ts";
import type { CountTokens } from "../../core/ports/token-counter.ts";
import { measureOf } from "../../core/tokens/count-tokens.ts";
import { estimateTokens } from "../../core/tokens/estimate-tokens.ts";
import { inputBudget } from "../../core/tokens/input-budget.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";

/** Shortens a conversation to at most `maxTokens`; undefined when nothing can be left out. */
export type Shorten = (
  messages: readonly Message[],
  model: ModelAbilities,
  maxTokens: number,
) => readonly Message[] | undefined;

/** Above this share of the budget, the estimate alone is not trusted. */
const NEAR = 0.7;
/** How much of a conversation is kept after the API has refused it as too long. */
const SHARE_AFTER_REFUSAL = 0.6;

/** Drops the oldest messages of a request when all of them would not fit into the model's context window. */
export async function fitRequest(
  request: TurnRequest,
  countTokens: CountTokens,
  shorten: Shorten,
  signal: AbortSignal,
): Promise<TurnRequest> {
  const { target, messages } = request;
  const model = measureOf(target);
  const budget = inputBudget(request);
  const estimated = estimateTokens(request, model);
  if (estimated <= budget * NEAR) return request;
  const { tokens } = await countTokens(request, target, signal);
  if (tokens <= budget) return request;
  // Converted to the scale of the estimate, by which messages are chosen.
  const room = budget * (estimated / tokens) - fixedTokens(request, model);
  return { ...request, messages: shorten(messages, model, room) ?? messages };
}

/** The request with less of the conversation that was too long; undefined when nothing can be left out. */
export function cutRequest(request: TurnRequest, shorten: Shorten): TurnRequest | undefined {
  const model = measureOf(request.target);
  const present = estimateTokens(request, model) - fixedTokens(request, model);
  const messages = shorten(request.messages, model, present * SHARE_AFTER_REFUSAL);
  return messages && { ...request, messages };
}

function fixedTokens({ systemText, tools }: TurnRequest, model: ModelAbilities): number {
  return estimateTokens({ systemText, tools, messages: [] }, model);
}
