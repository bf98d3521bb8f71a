import { isTerminalEvent, type TurnEvent } from "../../core/words/turn-event.ts";
import { NO_USAGE } from "../../core/words/usage.ts";
import type { Stage } from "../../lib/stage.ts";
import type { BlockEvent } from "./block-event.ts";
import { BlockWriter } from "./block-writer.ts";
import { formatStop } from "./format-stop.ts";
import { formatCounts, formatUsage } from "./format-usage.ts";
import { isAnswer } from "./is-answer.ts";
import { formatMessageHead, type MessageHead } from "./message-head.ts";
import { formatMessagesErrorBody, type MessagesErrorBody } from "./messages-error.ts";
import type { ThinkingDisplay } from "./parse-sampling.ts";

/** One event of a streamed message. */
export type MessageStreamEvent =
  | { readonly type: "message_start"; readonly message: object }
  | { readonly type: "ping" }
  | BlockEvent
  | {
      readonly type: "message_delta";
      readonly delta: ReturnType<typeof formatStop> & { readonly container: null };
      readonly usage: ReturnType<typeof formatCounts>;
    }
  | { readonly type: "message_stop" }
  | MessagesErrorBody;

/**
 * A turn as the events of a streamed message. A failed turn ends with an `error` event instead of `message_delta` and
 * `message_stop`, so that a cut answer never looks complete.
 */
export function formatMessagesStream(
  head: MessageHead,
  thinking: ThinkingDisplay,
): Stage<TurnEvent, MessageStreamEvent> {
  const writer = new BlockWriter(thinking);
  let hasStarted = false;
  const tell = (event: TurnEvent): Iterable<MessageStreamEvent> => {
    if (!isTerminalEvent(event)) return writer.write(event);
    if (!isAnswer(event)) return [formatMessagesErrorBody(event.error, head.requestId)];
    return [
      ...writer.close(),
      {
        type: "message_delta",
        delta: { ...formatStop(event), container: null },
        usage: formatCounts(event.usage),
      },
      { type: "message_stop" },
    ];
  };
  return {
    of(event) {
      const isStart = !hasStarted && !(event.type === "turn-error" && !isAnswer(event));
      if (!isStart) return [...tell(event)];
      hasStarted = true;
      return [startMessage(head), { type: "ping" }, ...tell(event)];
    },
  };
}

/**
 * Claude Code reports the counts only at the end, so the message starts with an estimate: clients expect a number. What was
 * written to the cache, for how long, then comes with the other counts.
 */
function startMessage(head: MessageHead): MessageStreamEvent {
  return {
    type: "message_start",
    message: {
      ...formatMessageHead(head),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      usage: {
        ...formatUsage({ ...NO_USAGE, inputTokens: head.estimateInputTokens() }),
        cache_creation: null,
      },
    },
  };
}
