import type { IncomingHttpHeaders } from "node:http";
import type { MessagesBody } from "./messages-body.ts";
import { parseMessagesBody } from "./parse-messages-body.ts";
import type { ApiRequest } from "./rules/api-request.ts";
import { parseBetas } from "./rules/betas.ts";
import { checkRequest } from "./rules/check-request.ts";
import { NEWEST_MODEL } from "./rules/models.ts";
import type { ModelRules } from "./rules/model-rules.ts";
import { invalid } from "./rules/problem.ts";
import type { Problem } from "./rules/problem.ts";

export interface Incoming {
  path: string;
  headers: IncomingHttpHeaders;
  source: string;
}

export interface InspectionOptions {
  strict: boolean;
  findModel: (id: string) => ModelRules | undefined;
  /** See `ApiRequest`. */
  unthoughtCalls?: ReadonlySet<string>;
}

/** A refused request of the right shape also has a body, and is recorded anyway. */
export type Inspected =
  | { problem: Problem; body?: undefined }
  | { problem: Problem; body: MessagesBody }
  | { problem?: undefined; body: MessagesBody; request: ApiRequest };

/** Reads a request and decides whether to accept it. */
export function inspectRequest(
  { source, headers }: Incoming,
  use: "create" | "count",
  { strict, findModel, unthoughtCalls }: InspectionOptions,
): Inspected {
  const parsed = parseMessagesBody(source);
  if (parsed.type === "problem") return { problem: invalid(parsed.message) };
  const { json, body } = parsed;
  if (strict) {
    const request = checkRequest({ json, headers, use, findModel, unthoughtCalls });
    if (!("problem" in request)) return { body: request.body, request };
    return body ? { body, problem: request.problem } : { problem: request.problem };
  }
  if (!body) return { problem: invalid("The request body cannot be read") };
  const betas = parseBetas(headers["anthropic-beta"]);
  // When everything is accepted, an unknown model behaves like the newest.
  const model = findModel(body.model) ?? NEWEST_MODEL;
  return { body, request: { body, model, betas, version: "2023-06-01", use } };
}
