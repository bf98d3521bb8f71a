import type { Stage } from "../../lib/stage.ts";
import { through } from "../../lib/staged-stream.ts";
import { encodeResponseEvent } from "../../protocols/responses/output/encode-response-event.ts";
import type { ResponseEvent } from "../../protocols/responses/response-head.ts";
import type { AppContext } from "../app-env.ts";
import { SSE_HEADERS } from "./sse-headers.ts";
import { COMMENT, createSseStream, type SseOptions } from "./sse-stream.ts";
import type { LiveResponse } from "../../service/responses/live-response.ts";

/** Answers with a response's events as server-sent events. `live` is the response itself while it is running. */
export function streamResponse(
  context: AppContext,
  events: AsyncIterable<ResponseEvent> | Iterable<ResponseEvent>,
  { live, ...options }: Omit<SseOptions, "isSilent" | "keepAlive"> & { readonly live?: LiveResponse },
): Response {
  // The first events are there at once.
  const body = createSseStream(through(events, ENCODER), {
    ...options,
    isSilent: false,
    keepAlive: () => (live?.showLife() ? undefined : COMMENT),
  });
  return context.body(body, 200, SSE_HEADERS);
}

const ENCODER: Stage<ResponseEvent, string> = { of: (event) => [encodeResponseEvent(event)] };
