import { encodeResponseEvent } from "../../protocols/responses/output/encode-response-event.ts";
import type { ResponseEvent } from "../../protocols/responses/response-head.ts";
import type { AppContext } from "../app-env.ts";
import { createSseStream, type SseOptions } from "../sse-stream.ts";

const SSE_HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-cache",
  // Proxies such as nginx would hold the tokens back.
  "X-Accel-Buffering": "no",
};

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
