import { isGiven } from "../../is-given.ts";
import { MAX_TEMPERATURE, type Sampling } from "../../../core/words/sampling.ts";
import type { ParameterNames } from "../../parameter-names.ts";
import type { ResponsesRequestBody } from "./responses-request-schema.ts";

export function parseResponsesSampling(body: ResponsesRequestBody): Sampling {
  const { temperature, top_p: topP, max_output_tokens: maxOutputTokens, reasoning, text } = body;
  const effort = reasoning?.effort;
  const verbosity = text?.verbosity;
  return {
    ...(isGiven(temperature) && { temperature: Math.min(temperature, MAX_TEMPERATURE) }),
    ...(isGiven(topP) && { topP }),
    ...(isGiven(maxOutputTokens) && { maxOutputTokens }),
    ...(isGiven(effort) && { effort, ...(asksToThink(effort) && { asksToThink: true }) }),
    ...(isGiven(verbosity) && { verbosity }),
  };
}

export const RESPONSES_PARAMETER_NAMES: ParameterNames = {
  temperature: "temperature",
  topP: "top_p",
  maxOutputTokens: "max_output_tokens",
  effort: "reasoning.effort",
  toolChoice: "tool_choice",
};

/** At OpenAI, effort always refers to thinking. */
function asksToThink(effort: string): boolean {
  return effort !== "none" && effort !== "minimal";
}
