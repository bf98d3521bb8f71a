import { createId } from "./create-id.ts";
import { estimateTokens } from "./prompt-cache.ts";
import type { InputUsage } from "./prompt-cache.ts";
import type { Block, MessageReply, Step } from "./reply.ts";

/** One server-sent event of a message stream; `type` is also the event's name. */
export interface MessageEvent {
  type: string;
  [field: string]: unknown;
}

export type StreamItem = { type: "event"; event: MessageEvent } | Step;

export interface MessageContext {
  model: string;
  input: InputUsage;
}

/** A reply as the API streams it: the events in wire order, with the reply's steps between them. */
export function* messageEvents(reply: MessageReply, context: MessageContext): Generator<StreamItem> {
  yield event({ type: "message_start", message: openMessage(reply, context) });
  let index = 0;
  for (const block of reply.blocks) {
    if (!isBlock(block)) {
      yield block;
      continue;
    }
    yield event({ type: "content_block_start", index, content_block: openBlock(block) });
    if (index === 0) yield { type: "ping" };
    yield* deltas(block, index);
    yield event({ type: "content_block_stop", index });
    index += 1;
  }
  const delta = {
    stop_reason: reply.stopReason,
    stop_sequence: reply.stopSequence,
    stop_details: stopDetailsOf(reply),
  };
  yield event({ type: "message_delta", delta, usage: finalUsage(reply, context.input) });
  yield event({ type: "message_stop" });
}

export function isBlock(item: Block | Step): item is Block {
  return (
    item.type === "text" || item.type === "thinking" || item.type === "tool_use" || item.type === "whole"
  );
}

/** The text of a block's chunks, without the steps between them. */
export function textOf(block: Block): string {
  if (block.type === "whole") return JSON.stringify(block.block);
  return block.chunks.filter((chunk) => typeof chunk === "string").join("");
}

/** The message's outer fields, which a complete message and `message_start` share. */
export function emptyMessage(context: MessageContext) {
  return { id: createId("msg_01"), type: "message", role: "assistant", model: context.model };
}

export function finalUsage(reply: MessageReply, input: InputUsage): Record<string, unknown> {
  const blocks = reply.blocks.filter(isBlock);
  const sizes = blocks.map((block) => ({ type: block.type, tokens: estimateTokens(textOf(block)) }));
  const output = sizes.reduce((sum, size) => sum + size.tokens, 0);
  const thinking = sizes
    .filter((size) => size.type === "thinking")
    .reduce((sum, size) => sum + size.tokens, 0);
  return {
    ...input,
    output_tokens: Math.max(1, output),
    ...(thinking > 0 && { output_tokens_details: { thinking_tokens: thinking } }),
    ...reply.usage,
  };
}

/** Every message has the field; only a refusal fills it. */
export function stopDetailsOf(reply: MessageReply): Record<string, unknown> | null {
  return reply.stopDetails && { type: "refusal", ...reply.stopDetails };
}

function openMessage(reply: MessageReply, context: MessageContext) {
  const merged: Record<string, unknown> = { ...context.input, ...reply.usage };
  // Thinking is counted when it is over.
  const { output_tokens_details: _counted, ...usage } = merged;
  return {
    ...emptyMessage(context),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: { ...usage, output_tokens: 1, service_tier: "standard" },
  };
}

function openBlock(block: Block): Record<string, unknown> {
  switch (block.type) {
    case "text":
      return { type: "text", text: "" };
    case "thinking":
      return { type: "thinking", thinking: "", signature: "" };
    case "tool_use":
      return { type: "tool_use", id: block.id, name: block.name, input: {} };
    case "whole":
      return block.block;
  }
}

function* deltas(block: Block, index: number): Generator<StreamItem> {
  if (block.type === "whole") return;
  const blockDelta = (delta: MessageEvent) => event({ type: "content_block_delta", index, delta });
  // The API opens every tool input with an empty piece.
  if (block.type === "tool_use") yield blockDelta({ type: "input_json_delta", partial_json: "" });
  for (const chunk of block.chunks) {
    if (typeof chunk !== "string") yield chunk;
    else if (block.type === "text") yield blockDelta({ type: "text_delta", text: chunk });
    else if (block.type === "thinking") yield blockDelta({ type: "thinking_delta", thinking: chunk });
    else yield blockDelta({ type: "input_json_delta", partial_json: chunk });
  }
  if (block.type === "thinking") yield blockDelta({ type: "signature_delta", signature: block.signature });
}

function event(content: MessageEvent): StreamItem {
  return { type: "event", event: content };
}
