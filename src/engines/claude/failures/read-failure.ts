import { isRecord } from "../../../lib/is-record.ts";
import type { Failure } from "./failure.ts";

/**
 * What a message of Claude Code's says about an error of the API, in fields that the Agent SDK's types do not have. A field is
 * present only when the message has it.
 */
export function readFailure(message: unknown): Partial<Failure> {
  if (!isRecord(message)) return {};
  const cause = text(message["api_error"]);
  const apiType = text(message["api_error_type"]);
  const apiCode = text(message["api_error_code"]);
  const requestId = text(message["request_id"]);
  const limit = readLimit(message["api_error_params"]);
  const media = readMedia(message["api_error_params"]);
  return {
    ...(cause !== undefined && { cause }),
    ...(apiType !== undefined && { apiType }),
    ...(apiCode !== undefined && { apiCode }),
    ...(requestId !== undefined && { requestId }),
    ...(limit && { limit }),
    ...(media && { media }),
  };
}

/** Why the model refused, from the message about the refusal. */
export function readRefusal(message: unknown): NonNullable<Failure["refusal"]> {
  if (!isRecord(message)) return {};
  const category = text(message["api_refusal_category"]);
  const explanation = text(message["api_refusal_explanation"]);
  return { ...(category !== undefined && { category }), ...(explanation !== undefined && { explanation }) };
}

function readLimit(params: unknown): Failure["limit"] {
  const info = isRecord(params) ? params["rate_limit_info"] : undefined;
  if (!isRecord(info) || info["status"] !== "rejected" || typeof info["resetsAt"] !== "number") {
    return undefined;
  }
  return { name: text(info["rateLimitType"]), resetsAtMs: info["resetsAt"] * 1000 };
}

function readMedia(params: unknown): Failure["media"] {
  if (!isRecord(params) || params["media_reason"] === undefined) return undefined;
  const kind = text(params["media"]);
  const why = text(params["media_reason"]);
  return { ...(kind !== undefined && { kind }), ...(why !== undefined && { why }) };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
