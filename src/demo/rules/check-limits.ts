import type { ApiRequest } from "./api-request.ts";
import { countInputTokens } from "./count-input-tokens.ts";
import { invalid } from "./problem.ts";
import type { Problem } from "./problem.ts";

const MAX_MESSAGES = 100_000;

/** Limits on the size of the answer, the prompt and the list of messages. */
export function checkLimits({ body, model, use, betas }: ApiRequest): Problem | undefined {
  if (body.messages.length > MAX_MESSAGES) {
    return invalid(`messages: List should have at most ${MAX_MESSAGES} items`);
  }
  if (use === "count") return undefined;
  const maxOutput = betas.has("output-300k-2026-03-24")
    ? Math.max(300_000, model.maxOutput)
    : model.maxOutput;
  if (body.max_tokens > maxOutput) {
    return invalid(
      `max_tokens: ${body.max_tokens} > ${maxOutput}, which is the maximum allowed number of output tokens for ` +
        model.id,
    );
  }
  const tokens = countInputTokens(body, model);
  if (tokens > model.contextWindow) {
    return invalid(`prompt is too long: ${tokens} tokens > ${model.contextWindow} maximum`);
  }
  return undefined;
}
