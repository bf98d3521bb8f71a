import type { Block, Step } from "./reply.ts";

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
