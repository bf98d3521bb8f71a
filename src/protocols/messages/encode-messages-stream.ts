import { toAppError } from "../../core/words/app-error.ts";
import type { MessageStreamEvent } from "./format-messages-stream.ts";
import { formatMessagesErrorBody } from "./messages-error.ts";

/** Fills a silence. The API's clients know this event; a comment would be harmless too. */
export const PING = encodeEvent({ type: "ping" });

/**
 * Encodes events as server-sent events, one string per event. A thrown error becomes an error event too and is passed to
 * `onFailure`.
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
