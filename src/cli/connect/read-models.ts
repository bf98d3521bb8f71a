import { isRecord } from "../../lib/is-record.ts";
import type { TargetModel } from "./target.ts";

/** What a server says when it is asked for its models. */
export type ModelsAnswer =
  | { readonly type: "models"; readonly models: readonly ServedModel[] }
  | { readonly type: "key-refused" }
  /** Something answers, but not with models. */
  | { readonly type: "stranger"; readonly status: number }
  /** Something answers that has not been shown the key, since it may be anybody. */
  | { readonly type: "unproven" }
  | { readonly type: "silent" };

export interface ServedModel extends TargetModel {
  /** Whether it is the model alone: then the client's own tools are all that it has. */
  readonly isBare: boolean;
}

const TIMEOUT_MS = 5000;

/** `GET /models` of an API whose address ends in `/v1`. Never rejects. */
export async function readModels(apiUrl: string, key: string): Promise<ModelsAnswer> {
  const answer = await get(`${apiUrl}/models`, key);
  if (answer === undefined) return { type: "silent" };
  const { status, body } = answer;
  if (status === 401 || status === 403) return { type: "key-refused" };
  const list: unknown = isRecord(body) ? body["data"] : undefined;
  if (status !== 200 || !Array.isArray(list)) return { type: "stranger", status };
  return { type: "models", models: list.flatMap((one) => toModel(one) ?? []) };
}

/** Whether anybody is there, asked without a key. Never rejects. */
export async function findAnybody(apiUrl: string): Promise<ModelsAnswer> {
  return { type: (await get(`${apiUrl}/models`)) === undefined ? "silent" : "unproven" };
}

/** A model that need not be in the list, such as one of a wildcard; undefined when the server does not know it. */
export async function readModel(apiUrl: string, key: string, id: string): Promise<ServedModel | undefined> {
  const answer = await get(`${apiUrl}/models/${encodeURIComponent(id)}`, key);
  return answer?.status === 200 ? toModel(answer.body) : undefined;
}

async function get(url: string, key?: string): Promise<{ status: number; body: unknown } | undefined> {
  try {
    const response = await fetch(url, {
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body: unknown = await response.json().catch(() => undefined);
    return { status: response.status, body };
  } catch {
    return undefined;
  }
}

function toModel(value: unknown): ServedModel | undefined {
  if (!isRecord(value)) return undefined;
  const { id, context_length: contextTokens, max_output_tokens: maxOutputTokens, claude } = value;
  if (typeof id !== "string" || typeof contextTokens !== "number" || typeof maxOutputTokens !== "number") {
    return undefined;
  }
  const isBare = isRecord(claude) && claude["builtin_tools"] === "off";
  return { id, contextTokens, maxOutputTokens, isBare };
}
