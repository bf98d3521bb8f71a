import type { ResponseEvent } from "../response-head.ts";

/** One complete server-sent event. Like OpenAI, it names the event's type twice; no `[DONE]` follows the last event. */
export function encodeResponseEvent(event: ResponseEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
