import { isGiven } from "../is-given.ts";
import type { Sampling } from "../../core/sampling.ts";
import type { ParameterNames } from "../parameter-names.ts";
import type { ChatRequestBody } from "./chat-request-schema.ts";
import { parseThinking, thinkingNames } from "./parse-thinking.ts";

/** OpenAI's scale ends at 2, Claude's at 1. */
export const MAX_TEMPERATURE = 1;

export function parseChatSampling(body: ChatRequestBody): Sampling {
  const { temperature, top_p: topP, verbosity } = body;
  // `max_tokens` is the older name; a client that sends both means the newer one.
  const maxOutputTokens = body.max_completion_tokens ?? body.max_tokens;
  const stopSequences = parseStop(body.stop);
  return {
    ...(isGiven(temperature) && { temperature: Math.min(temperature, MAX_TEMPERATURE) }),
    ...(isGiven(topP) && { topP }),
    ...(isGiven(maxOutputTokens) && { maxOutputTokens }),
    ...(stopSequences.length > 0 && { stopSequences }),
    ...parseThinking(body),
    ...(isGiven(verbosity) && { verbosity }),
  };
}

export function chatParameterNames(body: ChatRequestBody): ParameterNames {
  return {
    temperature: "temperature",
    topP: "top_p",
    maxOutputTokens: isGiven(body.max_completion_tokens) ? "max_completion_tokens" : "max_tokens",
    ...thinkingNames(body),
    toolChoice: body.functions?.length ? "function_call" : "tool_choice",
  };
}

/** An empty sequence would stop before the first letter; nobody means that. */
export function parseStop(stop: ChatRequestBody["stop"]): readonly string[] {
  const sequences = typeof stop === "string" ? [stop] : (stop ?? []);
  return sequences.filter((sequence) => sequence !== "");
}
