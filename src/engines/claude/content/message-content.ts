import { isRecord } from "../../../lib/is-record.ts";
import type { JsonObject } from "../../../core/words/client-tool.ts";

/** A message's content as Claude Code hands it out. */
type Content = string | readonly { readonly type: string }[];

export function hasToolResult(content: Content): boolean {
  return typeof content !== "string" && content.some((block) => block.type === "tool_result");
}

/** The text of all text blocks, joined. */
export function blockText(content: readonly { readonly type: string }[]): string {
  return content
    .map((block) => ("text" in block && typeof block.text === "string" ? block.text : ""))
    .join("");
}

export function hasId(block: unknown): block is { readonly id: string } {
  return typeof block === "object" && block !== null && "id" in block && typeof block.id === "string";
}

export function toJsonObject(value: unknown): JsonObject {
  return isRecord(value) ? value : {};
}
