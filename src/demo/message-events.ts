import { isBlock, textOf } from "./block-text.ts";
import { createId } from "./create-id.ts";
import type { InputUsage } from "./prompt-cache.ts";
import type { Block, MessageReply, Step } from "./reply.ts";
import { textSize } from "./rules/count-input-tokens.ts";
import type { DroppedThinking } from "./rules/check-signatures.ts";
import type { ModelRules } from "./rules/model-rules.ts";

/** One server-sent event of a message stream; `type` is also the event's name. */
export interface MessageEvent {
  type: string;
  [field: string]: unknown;
}

export type StreamItem = { type: "event"; event: MessageEvent } | Step;

export interface MessageContext {
  /** The model id that the request named. */
  model: string;
  rules: ModelRules;
  input: InputUsage;
  /** The thinking that was dropped from the request; undefined if the client did not ask to be told. */
  dropped?: readonly DroppedThinking[];
  /** Whether the client wants the token count of thinking that it is not shown. */
  countsThinking: boolean;
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
    yield* deltas(block, index, context);
    yield event({ type: "content_block_stop", index });
    index += 1;
  }
  const delta = {
    stop_reason: reply.stopReason,
    stop_sequence: reply.stopSequence,
    stop_details: stopDetailsOf(reply),
  };
  yield event({ type: "message_delta", delta, usage: finalUsage(reply, context) });
  yield event({ type: "message_stop" });
}

/** The message's outer fields, which a complete message and `message_start` share. */
export function emptyMessage(context: MessageContext) {
  return {
    id: createId("msg_01"),
    type: "message",
    role: "assistant",
    model: context.model,
    container: null,
    ...(context.dropped && context.dropped.length > 0 && { input_transformations: context.dropped }),
  };
}

export function finalUsage(reply: MessageReply, context: MessageContext): Record<string, unknown> {
  const sizes = reply.blocks
    .filter(isBlock)
    .map((block) => ({ type: block.type, tokens: outputTokens(block, context.rules) }));
  const thinking = sizes.filter((size) => size.type === "thinking");
  return {
    ...context.input,
    output_tokens: Math.max(1, sum(sizes)),
    output_tokens_details: thinking.length === 0 ? null : { thinking_tokens: sum(thinking) },
    server_tool_use: null,
    ...reply.usage,
  };
}

function sum(sizes: readonly { tokens: number }[]): number {
  return sizes.reduce((total, { tokens }) => total + tokens, 0);
}

function outputTokens(block: Block, rules: ModelRules): number {
  const size = Math.ceil(textSize(textOf(block), rules));
  return block.type === "thinking" ? (block.tokens ?? size) : size;
}

/** Every message has the field; only a refusal fills it. */
export function stopDetailsOf(reply: MessageReply): Record<string, unknown> | null {
  return reply.stopDetails && { type: "refusal", ...reply.stopDetails };
}

function openMessage(reply: MessageReply, context: MessageContext) {
  const merged: Record<string, unknown> = { ...context.input, ...reply.usage };
  // Known only at the end of the message.
  const { output_tokens_details: _counted, ...usage } = merged;
  return {
    ...emptyMessage(context),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: { ...usage, output_tokens: 1, ...SERVICE },
  };
}

/** How the request was served. */
export const SERVICE = { service_tier: "standard", inference_geo: "not_available" };

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

function* deltas(block: Block, index: number, context: MessageContext): Generator<StreamItem> {
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
  if (block.type !== "thinking") return;
  if (context.countsThinking && textOf(block) === "") {
    const estimate = outputTokens(block, context.rules);
    yield blockDelta({ type: "thinking_delta", thinking: "", estimated_tokens: estimate });
  }
  yield blockDelta({ type: "signature_delta", signature: block.signature });
}

function event(content: MessageEvent): StreamItem {
  return { type: "event", event: content };
}
