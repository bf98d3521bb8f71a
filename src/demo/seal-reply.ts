import { textOf } from "./block-text.ts";
import type { MessagesBody } from "./messages-body.ts";
import type { Block, MessageReply, Step } from "./reply.ts";
import { followThinking } from "./thinking-prefix.ts";
import type { PrefixHasher } from "./thinking-prefix.ts";
import { hashText, sealThinking } from "./thinking-seal.ts";

/** Gives each thinking block of a reply its signature, which binds it to the request and to the blocks before it. */
export function sealReply(reply: MessageReply, body: MessagesBody): MessageReply {
  if (!reply.blocks.some(hasSeal)) return reply;
  const { hasher } = followThinking(body);
  return { ...reply, blocks: reply.blocks.map((block) => seal(block, body.model, hasher)) };
}

function hasSeal(block: Block | Step): boolean {
  return block.type === "thinking" || isRedacted(block);
}

function seal(block: Block | Step, model: string, hasher: PrefixHasher): Block | Step {
  switch (block.type) {
    case "thinking": {
      const thinking = textOf(block);
      const { tag } = block;
      const signature = sealThinking({ model, text: hashText(thinking), prefix: hasher.prefix, tag });
      hasher.add("assistant", { type: "thinking", thinking, signature });
      return { ...block, signature };
    }
    case "whole": {
      const sealed = isRedacted(block) ? sealRedacted(block, model, hasher) : block;
      hasher.add("assistant", sealed.block);
      return sealed;
    }
    case "text":
      hasher.add("assistant", { type: "text", text: textOf(block) });
      return block;
    case "tool_use":
      hasher.add("assistant", {
        type: "tool_use",
        id: block.id,
        name: block.name,
        input: parseInput(textOf(block)),
      });
      return block;
    default:
      return block;
  }
}

function sealRedacted(block: Extract<Block, { type: "whole" }>, model: string, hasher: PrefixHasher) {
  const tag = String(block.block["data"]);
  const data = sealThinking({ model, text: "", prefix: hasher.prefix, tag });
  return { ...block, block: { ...block.block, data } };
}

function isRedacted(block: Block | Step): boolean {
  return block.type === "whole" && block.block.type === "redacted_thinking";
}

/** Scripts may stream invalid JSON on purpose; how a client will read that is unknown. */
export function parseInput(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return {};
  }
}
