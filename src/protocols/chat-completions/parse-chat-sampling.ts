import type { Sampling } from "../../core/turn-request.ts";
import type { ChatRequestBody } from "./chat-request-schema.ts";

/** OpenAI's scale ends at 2, Claude's at 1. */
export const MAX_TEMPERATURE = 1;

type Effort = NonNullable<Sampling["effort"]>;

/** Claude always thinks a little: `none` and `minimal` become its least. */
const EFFORT: Readonly<Record<NonNullable<ChatRequestBody["reasoning_effort"]>, Effort>> = {
  none: "low",
  minimal: "low",
  low: "low",
  medium: "medium",
  high: "high",
  xhigh: "xhigh",
  max: "max",
};

export function parseChatSampling(body: ChatRequestBody): Sampling {
  const { temperature, top_p: topP, reasoning_effort: effort } = body;
  // `max_tokens` is the older name; a client that sends both means the newer one.
  const maxOutputTokens = body.max_completion_tokens ?? body.max_tokens;
  const stopSequences = parseStop(body.stop);
  return {
    ...(isGiven(temperature) && { temperature: Math.min(temperature, MAX_TEMPERATURE) }),
    ...(isGiven(topP) && { topP }),
    ...(isGiven(maxOutputTokens) && { maxOutputTokens }),
    ...(stopSequences.length > 0 && { stopSequences }),
    ...(isGiven(effort) && { effort: EFFORT[effort] }),
  };
}

/** An empty sequence would stop before the first letter; nobody means that. */
function parseStop(stop: ChatRequestBody["stop"]): readonly string[] {
  const sequences = typeof stop === "string" ? [stop] : (stop ?? []);
  return sequences.filter((sequence) => sequence !== "");
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== undefined && value !== null;
}
