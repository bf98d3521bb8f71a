import { httpError } from "./build-fault.ts";
import { jsonReply } from "./json-reply.ts";
import type { HttpReply } from "./reply.ts";
import { MODELS } from "./rules/models.ts";
import type { Effort, ModelRules, ThinkingType } from "./rules/model-rules.ts";

/** Answers everything besides messages that a client of the API may ask for. */
export function answerSideRoute(
  method: string,
  url: URL,
  findModel: (id: string) => ModelRules | undefined,
): HttpReply {
  const path = url.pathname;
  const modelId = /^\/v1\/models\/([^/]+)$/.exec(path)?.[1];
  if (path === "/" && (method === "GET" || method === "HEAD")) return { ...jsonReply({}), body: "" };
  if (path === "/v1/models" && method === "GET") return jsonReply(listModels(url.searchParams));
  if (modelId !== undefined && method === "GET") {
    const model = findModel(decodeURIComponent(modelId));
    return model
      ? jsonReply(describeModel(model))
      : httpError(404, { message: `model: ${decodeURIComponent(modelId)}` });
  }
  return httpError(404, { message: `Not found: ${method} ${path}` });
}

/** Newest first, a page at a time. */
function listModels(query: URLSearchParams) {
  const limit = Number(query.get("limit") ?? 20);
  const after = MODELS.findIndex((model) => model.id === query.get("after_id"));
  const page = MODELS.slice(after + 1, after + 1 + limit);
  return {
    data: page.map(describeModel),
    has_more: after + 1 + limit < MODELS.length,
    first_id: page.at(0)?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}

/** A model as `GET /v1/models` describes it. */
function describeModel(model: ModelRules): Record<string, unknown> {
  return {
    type: "model",
    id: model.id,
    display_name: model.displayName,
    created_at: `${model.launched}T00:00:00Z`,
    line: model.line,
    lifecycle: model.retiresAt === null ? "active" : "deprecated",
    deprecated_at: model.retiresAt === null ? null : "2026-07-24T00:00:00Z",
    retires_at: model.retiresAt === null ? null : `${model.retiresAt}T00:00:00Z`,
    max_input_tokens: model.contextWindow,
    max_tokens: model.maxOutput,
    capabilities: capabilitiesOf(model),
  };
}

function capabilitiesOf(model: ModelRules) {
  const thinks = (type: ThinkingType) => can(model.thinkingTypes.includes(type));
  const effort = (level: Effort) => can(model.efforts.includes(level));
  return {
    batch: YES,
    citations: YES,
    code_execution: YES,
    context_management: {
      ...YES,
      clear_thinking_20251015: YES,
      clear_tool_uses_20250919: YES,
      compact_20260112: can(model.efforts.length > 0),
    },
    effort: {
      ...can(model.efforts.length > 0),
      low: effort("low"),
      medium: effort("medium"),
      high: effort("high"),
      xhigh: effort("xhigh"),
      max: effort("max"),
    },
    image_input: YES,
    pdf_input: YES,
    server_tools: { ...YES, code_execution: YES, web_search: YES },
    structured_outputs: YES,
    thinking: {
      ...YES,
      types: {
        adaptive: thinks("adaptive"),
        enabled: thinks("enabled"),
        disabled: thinks("disabled"),
        between_tools: thinks("between_tools"),
      },
    },
  };
}

function can(supported: boolean) {
  return { supported };
}

const YES = can(true);
