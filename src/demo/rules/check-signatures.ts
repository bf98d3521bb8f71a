import type { ContentBlock } from "../messages-body.ts";
import { followThinking, isThinkingBlock, sealOf } from "../thinking-prefix.ts";
import type { SealedBlock } from "../thinking-prefix.ts";
import { hashText, openSeal } from "../thinking-seal.ts";
import type { ThinkingPrefix, ThinkingSeal } from "../thinking-seal.ts";
import { placedBlocks, thinkingOf } from "./api-request.ts";
import type { ApiRequest } from "./api-request.ts";
import { invalid } from "./problem.ts";
import type { Problem } from "./problem.ts";

const CONTROLS = "thinking-binding-controls-2026-08-01";

/** A thinking block that the model does not get to see. */
export interface DroppedThinking {
  type: "thinking_dropped";
  path: string;
  reason: "model_binding_mismatch" | "prefix_binding_mismatch";
}

/**
 * Thinking blocks that a client sends back: each must be one that a model issued, unchanged. Those that the model cannot read are
 * silently dropped. Models that bind thinking refuse a block whose prefix has changed since it was created; leading thinking
 * blocks, or all of them, may be left out.
 */
export function checkSignatures(request: ApiRequest): Problem | undefined {
  const looked = lookAtThinking(request);
  return "problem" in looked ? looked.problem : undefined;
}

/** The thinking that the API drops from a request that it accepts; reported only to clients that send the beta. */
export function droppedThinking(request: ApiRequest): readonly DroppedThinking[] {
  const looked = lookAtThinking(request);
  return "dropped" in looked ? looked.dropped : [];
}

function lookAtThinking(request: ApiRequest): { problem: Problem } | { dropped: DroppedThinking[] } {
  const { body, model } = request;
  const dropped: DroppedThinking[] = [];
  if (!hasThinking(request)) return { dropped };
  const drops = thinkingOf(request)?.block_binding?.prefix_mismatch_behavior === "drop_block";
  const latest = body.messages.findLastIndex((message) => message.role === "assistant");
  for (const placed of followThinking(body).blocks) {
    const path = `messages.${placed.message}.content.${placed.position}`;
    const seal = openSeal(sealOf(placed.block));
    if (!seal) return { problem: invalid(`${path}: ${notIssued(placed.block)}`) };
    if (placed.block.type === "thinking" && seal.text !== hashText(String(placed.block["thinking"]))) {
      return {
        problem: invalid(`${path}: ${placed.message === latest ? MODIFIED : notIssued(placed.block)}`),
      };
    }
    if (!canRead(request, seal)) {
      dropped.push({ type: "thinking_dropped", path, reason: "model_binding_mismatch" });
      continue;
    }
    const difference = model.bindsThinking ? findDifference(seal, placed) : undefined;
    if (difference === undefined) continue;
    if (!drops) return { problem: invalid(`${path}: ${boundElsewhere(difference)}`) };
    dropped.push({ type: "thinking_dropped", path, reason: "prefix_binding_mismatch" });
  }
  return { dropped };
}

/** Most requests have no thinking and need no hashes. */
function hasThinking({ body }: ApiRequest): boolean {
  for (const { block } of placedBlocks(body)) if (isThinkingBlock(block)) return true;
  return false;
}

function canRead({ model }: ApiRequest, seal: ThinkingSeal): boolean {
  return seal.model === model.id || model.readsThinkingOf.includes(seal.model);
}

function findDifference(seal: ThinkingSeal, { prefix: now }: SealedBlock): string | undefined {
  const { prefix: then } = seal;
  if (!then) return "It carries no record of a conversation.";
  const changed = HINTS.find(([part]) => then[part] !== now[part]);
  if (changed) return changed[1];
  // Leading blocks may be left out.
  if (now.previous === "" || now.previous === then.previous) return undefined;
  return "The `thinking` block that preceded this one when it was created is missing from this request.";
}

const HINTS: readonly (readonly [Exclude<keyof ThinkingPrefix, "previous">, string])[] = [
  ["system", "The `system` prompt differs from when the block was created."],
  ["tools", "The `tools` differ from when the block was created."],
  ["messages", "An earlier message differs from when the block was created."],
];

const MODIFIED =
  "`thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. These blocks must " +
  "remain as they were in the original response.";

function notIssued(block: ContentBlock): string {
  const field = block.type === "thinking" ? "signature" : "data";
  return `Invalid \`${field}\` in \`${block.type}\` block`;
}

function boundElsewhere(difference: string): string {
  return (
    "Invalid `signature` in `thinking` block. The block is bound to a different conversation. Remove the block, or " +
    'set `thinking.block_binding.prefix_mismatch_behavior` to "drop_block". That setting requires the ' +
    `\`${CONTROLS}\` value in the \`anthropic-beta\` header. ${difference}`
  );
}
