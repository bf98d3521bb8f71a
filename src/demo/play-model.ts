import { textOf } from "./block-text.ts";
import { thinking } from "./build-reply.ts";
import { blocksOf } from "./messages-body.ts";
import type { Block, MessageReply, Step } from "./reply.ts";
import { asksToThink, outputConfigOf, thinkingOf } from "./rules/api-request.ts";
import type { ApiRequest } from "./rules/api-request.ts";
import type { Effort } from "./rules/model-rules.ts";

/**
 * A scripted reply as one of today's models would give it: it thinks first where thinking is on, which costs output
 * tokens before any word is said; its thinking shows no text unless the request asks for it; and on some models what
 * it says between tool calls is thinking too.
 */
export function playModel(reply: MessageReply, request: ApiRequest): MessageReply {
  const spoken = sayBetweenTools(reply, request);
  const isThere = reply.blocks.some(isThinkingBlock) || spoken[0]?.type === "thinking";
  const blocks = !isThere && thinksFirst(reply, request) ? [thinking(THOUGHT), ...spoken] : spoken;
  const cost = blocks.some(isThinkingBlock) ? thinkingCost(request) : 0;
  if (cost >= request.body.max_tokens) return cutInThinking(reply, blocks, request);
  const shown = blocks.map((block) => (isThinkingBlock(block) ? show(block, request, cost) : block));
  return { ...reply, blocks: shown };
}

type ThinkingBlock = Extract<Block, { type: "thinking" }>;

const THOUGHT = "A scripted model need not think long.";

/** Thinking tokens: roughly what a model spends on an easy question. */
const COST: Readonly<Record<Effort, number>> = { low: 64, medium: 256, high: 1024, xhigh: 2048, max: 4096 };

function thinksFirst({ blocks }: MessageReply, request: ApiRequest): boolean {
  return blocks.length > 0 && asksToThink(request) && !isForced(request);
}

/** A model that accepts a forced tool choice skips thinking. */
function isForced({ body }: ApiRequest): boolean {
  // Proof: its shape was checked.
  const choice = body["tool_choice"] as { type: string } | null | undefined;
  return choice?.type === "tool" || choice?.type === "any";
}

function thinkingCost(request: ApiRequest): number {
  const budget = thinkingOf(request)?.budget_tokens;
  const cost = COST[outputConfigOf(request).effort ?? request.model.defaultEffort];
  return budget === undefined ? cost : Math.min(cost, budget);
}

/** No tokens are left for text; the client can tell only by the stop reason. */
function cutInThinking(
  reply: MessageReply,
  blocks: readonly (Block | Step)[],
  request: ApiRequest,
): MessageReply {
  const cut = blocks.slice(0, blocks.findIndex(isThinkingBlock) + 1);
  return {
    ...reply,
    blocks: cut.map((block) =>
      isThinkingBlock(block) ? show(block, request, request.body.max_tokens) : block,
    ),
    stopReason: "max_tokens",
    stopSequence: null,
  };
}

function show(block: ThinkingBlock, request: ApiRequest, tokens: number): ThinkingBlock {
  const display = thinkingOf(request)?.display ?? request.model.thinkingDisplay;
  const isVisible = display === "summarized" || (display === "updates" && block.isUpdate === true);
  return { ...block, tokens, chunks: isVisible ? block.chunks : stepsOnly(block) };
}

function stepsOnly(block: ThinkingBlock): ThinkingBlock["chunks"] {
  return block.chunks.filter((chunk) => typeof chunk !== "string");
}

/** Between two calls of one turn, text is thinking; what is said before the first call and after the last stays text. */
function sayBetweenTools(reply: MessageReply, request: ApiRequest): readonly (Block | Step)[] {
  if (!request.model.speaksInThinking) return reply.blocks;
  const last = reply.blocks.findLastIndex((block) => block.type === "tool_use");
  const first = isBetweenTools(request) ? -1 : reply.blocks.findIndex((block) => block.type === "tool_use");
  return reply.blocks.map((block, index) => {
    const isBetween = index < last && (index > first || first < 0);
    if (block.type !== "text" || !isBetween || textOf(block).trim() === "") return block;
    return { type: "thinking", chunks: block.chunks, tag: "", signature: "", isUpdate: true };
  });
}

function isBetweenTools({ body }: ApiRequest): boolean {
  const last = body.messages.findLast((message) => message.role !== "system");
  return last?.role === "user" && blocksOf(last).some((block) => block.type === "tool_result");
}

function isThinkingBlock(block: Block | Step): block is ThinkingBlock {
  return block.type === "thinking";
}
