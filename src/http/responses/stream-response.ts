import { encodeResponseEvent } from "../../protocols/responses/output/encode-response-event.ts";
import type { ResponseEvent } from "../../protocols/responses/response-head.ts";
import type { AppContext } from "../app-env.ts";
import { SSE_HEADERS } from "../sse-headers.ts";
import { createSseStream, type SseOptions } from "../sse-stream.ts";

/** Answers with a response's events as server-sent events. */
export function streamResponse(
  context: AppContext,
  events: AsyncIterable<ResponseEvent> | Iterable<ResponseEvent>,
  options: SseOptions,
): Response {
  return context.body(createSseStream(encode(events), options), 200, SSE_HEADERS);
}

async function* encode(
  events: AsyncIterable<ResponseEvent> | Iterable<ResponseEvent>,
): AsyncGenerator<string, void, undefined> {
  for await (const event of events) yield encodeResponseEvent(event);
}
