import type { ResponseEvent } from "../response-head.ts";

/** One server-sent event, whole. OpenAI names the event's type twice, and sends no `[DONE]` after the last one. */
export function encodeResponseEvent(event: ResponseEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
