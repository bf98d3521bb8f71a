import { asksToThink } from "./api-request.ts";
import type { ApiRequest } from "./api-request.ts";
import { invalid } from "./problem.ts";
import type { Problem } from "./problem.ts";

/** `temperature`, `top_p` and `top_k`, by model and by whether the model thinks. */
export function checkSampling(request: ApiRequest): Problem | undefined {
  const { body, model } = request;
  const temperature = numberOf(body["temperature"]);
  const topP = numberOf(body["top_p"]);
  const topK = numberOf(body["top_k"]);
  if (model.sampling === "default-only") {
    if (temperature !== undefined && temperature !== 1) return deprecated("temperature");
    // For old clients, the newest models still accept a top_p that changes nothing.
    if (topP !== undefined && topP < 0.99) return deprecated("top_p");
    return topK === undefined ? undefined : deprecated("top_k");
  }
  if (temperature !== undefined && topP !== undefined) {
    return invalid("`temperature` and `top_p` cannot both be specified for this model. Please use only one.");
  }
  if (!asksToThink(request)) return undefined;
  const when = "when thinking is enabled or in adaptive mode";
  if (temperature !== undefined && temperature !== 1) {
    return invalid(`\`temperature\` may only be set to 1 ${when}.`);
  }
  if (topP !== undefined && topP < 0.95) {
    return invalid(`\`top_p\` must be greater than or equal to 0.95 or unset ${when}.`);
  }
  return topK === undefined ? undefined : invalid(`\`top_k\` must be unset ${when}.`);
}

function deprecated(field: string): Problem {
  return invalid(`\`${field}\` is deprecated for this model.`);
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
