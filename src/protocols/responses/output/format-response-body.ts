import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { ResponseBody, ResponseHead, ResponseStatus } from "../response-head.ts";

/** The response object: what the request asked for, and what has become of it. */
export function formatResponseBody(
  head: Pick<ResponseHead, "id" | "modelId" | "createdAt" | "echo" | "isBackground">,
  state: JsonObject & { readonly status: ResponseStatus; readonly output: readonly JsonObject[] },
): ResponseBody {
  const { status, output, ...ending } = state;
  return {
    id: head.id,
    object: "response",
    created_at: Math.floor(head.createdAt / 1000),
    status,
    background: head.isBackground,
    completed_at: null,
    error: null,
    incomplete_details: null,
    model: head.modelId,
    output,
    usage: null,
    access_programs: null,
    ...head.echo,
    ...ending,
  };
}
