import { isGiven } from "../../is-given.ts";
import type { Sampling } from "../../../core/sampling.ts";
import type { ResponsesRequestBody } from "./responses-request-schema.ts";

/** OpenAI's scale ends at 2, Claude's at 1. */
export const MAX_TEMPERATURE = 1;

export function parseResponsesSampling(body: ResponsesRequestBody): Sampling {
  const { temperature, top_p: topP, max_output_tokens: maxOutputTokens, reasoning, text } = body;
  const effort = reasoning?.effort;
  const verbosity = text?.verbosity;
  return {
    ...(isGiven(temperature) && { temperature: Math.min(temperature, MAX_TEMPERATURE) }),
    ...(isGiven(topP) && { topP }),
    ...(isGiven(maxOutputTokens) && { maxOutputTokens }),
    // Claude knows no effort below `low`, but it can leave thinking off.
    ...(isGiven(effort) && { effort: effort === "minimal" ? "low" : effort }),
    ...(isGiven(verbosity) && { verbosity }),
  };
}
