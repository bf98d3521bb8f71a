import type { TurnRequest } from "../words/turn-request.ts";
import { measureOf } from "./count-tokens.ts";

/** Reserved for the answer when the client does not limit its length. */
const DEFAULT_OUTPUT_TOKENS = 32_000;
/** Maximum share of a small context window that is reserved for the answer. */
const MAX_OUTPUT_SHARE = 0.25;
/** What Claude Code adds itself: a few words about where it works, or everything that makes it an agent. */
const CHAT_TOKENS = 2_000;
const AGENT_TOKENS = 40_000;

/** How many tokens of the client's input fit into the model's context window, with room left for the answer. */
export function inputBudget({ target, tools, sampling }: TurnRequest): number {
  const { contextTokens, maxOutputTokens } = measureOf(target);
  const output = Math.min(sampling.maxOutputTokens ?? DEFAULT_OUTPUT_TOKENS, maxOutputTokens);
  const { builtinTools } = target.profile;
  const isAgent = builtinTools === "on" || (builtinTools === "auto" && tools.list.length === 0);
  const own = isAgent ? AGENT_TOKENS : CHAT_TOKENS;
  return Math.floor(contextTokens - Math.min(output, contextTokens * MAX_OUTPUT_SHARE) - own);
}
