import { toAppError } from "../../core/words/app-error.ts";
import { chain, type Stage } from "../../lib/stage.ts";
import type { StreamFormat } from "../stream-format.ts";
import type { MessageStreamEvent } from "./format-messages-stream.ts";
import { formatMessagesErrorBody } from "./messages-error.ts";

/** Fills a silence. The API's clients know this event; a comment would be harmless too. */
export const PING = encodeEvent({ type: "ping" });

/** Events as server-sent events, one text for each. */
export function encodeMessagesStream<Event>(
  events: Stage<Event, MessageStreamEvent>,
  requestId: string,
): StreamFormat<Event> {
  return {
    ...chain<Event, MessageStreamEvent, string>(events, { of: (event) => [encodeEvent(event)] }),
    broken: (thrown) => encodeEvent(formatMessagesErrorBody(toAppError(thrown).info, requestId)),
  };
}

function encodeEvent(event: MessageStreamEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
