import { httpError } from "./build-fault.ts";
import { parseMessagesBody } from "./parse-messages-body.ts";
import { countTokens } from "./prompt-cache.ts";
import type { HttpReply } from "./reply.ts";

const models = ["claude-opus-5", "claude-sonnet-5", "claude-haiku-4-5"];

/** Everything besides `POST /v1/messages` that a client of the API may ask for. */
export function answerSideRoute(method: string, path: string, body: string): HttpReply {
  const modelId = /^\/v1\/models\/([^/]+)$/.exec(path)?.[1];
  if (path === "/" && (method === "GET" || method === "HEAD")) return { ...json({}), body: "" };
  if (path === "/v1/messages/count_tokens" && method === "POST") return answerCountTokens(body);
  if (path === "/v1/models" && method === "GET") return json(modelList());
  if (modelId !== undefined && method === "GET") return json(describeModel(decodeURIComponent(modelId)));
  return httpError(404, { message: `Not found: ${method} ${path}` });
}

function answerCountTokens(source: string): HttpReply {
  // Counting needs no `max_tokens`, everything else is as in a request for a message.
  const parsed = parseMessagesBody(source, { maxTokens: "optional" });
  if (parsed.type === "problem") return httpError(400, { message: parsed.message });
  return json({ input_tokens: countTokens(parsed.body) });
}

function modelList() {
  return { data: models.map(describeModel), has_more: false, first_id: models.at(0), last_id: models.at(-1) };
}

function describeModel(id: string) {
  return { type: "model", id, display_name: `${id} (scripted)`, created_at: "2026-01-01T00:00:00Z" };
}

function json(content: unknown): HttpReply {
  return {
    type: "http",
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(content),
  };
}
