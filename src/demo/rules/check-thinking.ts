import { outputConfigOf, thinkingOf } from "./api-request.ts";
import type { ApiRequest } from "./api-request.ts";
import { effortRank } from "./model-rules.ts";
import type { Effort } from "./model-rules.ts";
import { invalid } from "./problem.ts";
import type { Problem } from "./problem.ts";

/** Types of thinking and levels of effort, by model. */
export function checkThinking(request: ApiRequest): Problem | undefined {
  return checkType(request) ?? checkBudget(request) ?? checkDisplay(request) ?? checkEffort(request);
}

function checkType(request: ApiRequest): Problem | undefined {
  const { model } = request;
  const thinking = thinkingOf(request);
  if (!thinking || model.thinkingTypes.includes(thinking.type)) return undefined;
  if (thinking.type === "adaptive") return invalid("adaptive thinking is not supported on this model");
  return invalid(
    `"thinking.type.${thinking.type}" is not supported for this model. Use "thinking.type.adaptive" and ` +
      '"output_config.effort" to control thinking behavior.',
  );
}

function checkBudget(request: ApiRequest): Problem | undefined {
  const budget = thinkingOf(request)?.budget_tokens;
  if (budget === undefined || request.use === "count" || request.body.max_tokens > budget) return undefined;
  return invalid("`max_tokens` must be greater than `thinking.budget_tokens`.");
}

function checkDisplay(request: ApiRequest): Problem | undefined {
  const thinking = thinkingOf(request);
  if (thinking?.display !== "updates" || request.betas.has("thinking-display-updates-2026-08-18")) {
    return undefined;
  }
  return invalid(`thinking.${thinking.type}.display: Input should be 'summarized' or 'omitted'`);
}

function checkEffort(request: ApiRequest): Problem | undefined {
  const { model } = request;
  const { effort } = outputConfigOf(request);
  if (!effort) return undefined;
  if (model.efforts.length === 0) return invalid("This model does not support the effort parameter.");
  if (!model.efforts.includes(effort)) {
    return invalid(
      `output_config.effort: '${effort}' is not supported on this model. Use ${model.efforts.map(quote).join(", ")}.`,
    );
  }
  return checkEffortWithoutThinking(request, effort);
}

function checkEffortWithoutThinking(request: ApiRequest, effort: Effort): Problem | undefined {
  const type = thinkingOf(request)?.type;
  const limit = request.model.maxEffortWithoutThinking;
  if (type !== "disabled" && type !== "between_tools") return undefined;
  if (effortRank(effort) <= effortRank(limit)) return undefined;
  const state =
    type === "disabled" ? "thinking is disabled" : "thinking is limited to the time between tools";
  return invalid(
    `output_config.effort '${effort}' is not supported when ${state} on this model. Use effort '${limit}' or ` +
      "below, or enable thinking.",
  );
}

function quote(effort: Effort): string {
  return `'${effort}'`;
}
