import type { ErrorInfo } from "../../core/words/app-error.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";
import { formatResponseError } from "./response-error.ts";
import type { ResponseBody, ResponseEvent } from "./response-head.ts";

/** The status given to unfinished items, by type; all other types use `incomplete`. */
const UNFINISHED: Readonly<Record<string, string>> = {
  web_search_call: "failed",
  apply_patch_call: "completed",
};
const OPEN = new Set<unknown>(["in_progress", "searching", "interpreting", "calling"]);

/** The end of a stored response, in which its stream has no event but this one. */
export interface StoredEnd {
  readonly status: "failed" | "cancelled";
  readonly body: ResponseBody;
  readonly event: ResponseEvent;
}

/** Ends a stored response that nobody works on any more, or that nobody has begun. */
export function endStoredResponse(
  body: JsonObject & { readonly id: string },
  end: ErrorInfo | "cancelled",
): StoredEnd {
  const isCancelled = end === "cancelled";
  const ended: ResponseBody = isCancelled
    ? { ...body, status: "cancelled" }
    : formatStoredAsFailed(body, end);
  // A running response's stream ends in the same way.
  const type = isCancelled ? "response.incomplete" : "response.failed";
  return {
    status: isCancelled ? "cancelled" : "failed",
    body: ended,
    event: { type, sequence_number: 0, response: ended },
  };
}

/** The failed body of a stored response that nobody works on any more. */
export function formatStoredAsFailed(
  body: JsonObject & { readonly id: string },
  error: ErrorInfo,
): ResponseBody {
  const output: readonly unknown[] = Array.isArray(body["output"]) ? body["output"] : [];
  return {
    ...body,
    status: "failed",
    error: formatResponseError(error),
    output: output.map(withoutProgress),
  };
}

function withoutProgress(item: unknown): unknown {
  if (typeof item !== "object" || item === null || !("status" in item) || !OPEN.has(item.status)) return item;
  const type = "type" in item && typeof item.type === "string" ? item.type : "";
  return { ...item, status: UNFINISHED[type] ?? "incomplete" };
}
