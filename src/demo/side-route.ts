import { httpError } from "./build-fault.ts";
import { describeModel } from "./describe-model.ts";
import { jsonReply } from "./json-reply.ts";
import type { HttpReply } from "./reply.ts";
import { MODELS } from "./rules/models.ts";
import type { ModelRules } from "./rules/model-rules.ts";

/** Everything besides messages that a client of the API may ask for. */
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
