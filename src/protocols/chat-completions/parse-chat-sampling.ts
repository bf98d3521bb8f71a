import { isGiven } from "../is-given.ts";
import { MAX_TEMPERATURE, type Sampling } from "../../core/words/sampling.ts";
import type { ParameterNames } from "../parameter-names.ts";
import type { ChatRequestBody } from "./chat-request-schema.ts";
import { parseThinking, thinkingNames } from "./parse-thinking.ts";

export function parseChatSampling(body: ChatRequestBody): Sampling {
  const { verbosity } = body;
  // `max_tokens` is the older name; a client that sends both means the newer one.
  const maxOutputTokens = body.max_completion_tokens ?? body.max_tokens;
  return {
    ...parsePlainSampling(body, maxOutputTokens),
    ...parseThinking(body),
    ...(isGiven(verbosity) && { verbosity }),
  };
}

/** The parameters that the legacy completions have as well. */
export function parsePlainSampling(
  { temperature, top_p: topP, stop }: Pick<ChatRequestBody, "temperature" | "top_p" | "stop">,
  maxOutputTokens: number | null | undefined,
): Sampling {
  const stopSequences = parseStop(stop);
  return {
    ...(isGiven(temperature) && { temperature: Math.min(temperature, MAX_TEMPERATURE) }),
    ...(isGiven(topP) && { topP }),
    ...(isGiven(maxOutputTokens) && { maxOutputTokens }),
    ...(stopSequences.length > 0 && { stopSequences }),
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

/** Drops empty sequences: one would stop before the first character, which nobody wants. */
export function parseStop(stop: ChatRequestBody["stop"]): readonly string[] {
  const sequences = typeof stop === "string" ? [stop] : (stop ?? []);
  return sequences.filter((sequence) => sequence !== "");
}
