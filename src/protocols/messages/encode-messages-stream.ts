import { toAppError } from "../../core/words/app-error.ts";
import type { MessageStreamEvent } from "./format-messages-stream.ts";
import { formatMessagesErrorBody } from "./messages-error.ts";

/** Fills a silence. The API's clients know this event; a comment would be harmless too. */
export const PING = encodeEvent({ type: "ping" });

/**
 * Events as server-sent events, one string per event. A throw becomes an error event too; `onFailure` gets what was thrown.
 */
export async function* encodeMessagesStream(
  events: AsyncIterable<MessageStreamEvent>,
  requestId: string,
  onFailure: (thrown: unknown) => void,
): AsyncGenerator<string, void, undefined> {
  try {
    for await (const event of events) yield encodeEvent(event);
  } catch (thrown) {
    onFailure(thrown);
    yield encodeEvent(formatMessagesErrorBody(toAppError(thrown).info, requestId));
  }
}

function encodeEvent(event: MessageStreamEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
