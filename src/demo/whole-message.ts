import { isBlock, textOf } from "./block-text.ts";
import { SERVICE, emptyMessage, finalUsage, stopDetailsOf } from "./message-events.ts";
import type { MessageContext } from "./message-events.ts";
import type { Block, MessageReply, Step } from "./reply.ts";
import { parseInput } from "./seal-reply.ts";

/** A reply as the API answers a request without `stream: true`. */
export function wholeMessage(reply: MessageReply, context: MessageContext): Record<string, unknown> {
  return {
    ...emptyMessage(context),
    content: reply.blocks.filter(isBlock).map(wholeBlockOf),
    stop_reason: reply.stopReason,
    stop_sequence: reply.stopSequence,
    stop_details: stopDetailsOf(reply),
    usage: { ...finalUsage(reply, context), ...SERVICE },
  };
}

/** All steps of a reply's content, in order: a non-streaming answer performs them before it is sent. */
export function* stepsOf(reply: MessageReply): Generator<Step> {
  for (const item of reply.blocks) {
    if (!isBlock(item)) yield item;
    else if (item.type !== "whole") yield* item.chunks.filter((chunk) => typeof chunk !== "string");
  }
}

function wholeBlockOf(block: Block): Record<string, unknown> {
  switch (block.type) {
    case "text":
      return { type: "text", text: textOf(block) };
    case "thinking":
      return { type: "thinking", thinking: textOf(block), signature: block.signature };
    case "tool_use":
      return { type: "tool_use", id: block.id, name: block.name, input: parseInput(textOf(block)) };
    case "whole":
      return block.block;
  }
}
