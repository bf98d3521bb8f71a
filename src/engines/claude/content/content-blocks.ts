import { isRecord } from "../../../lib/is-record.ts";
import { readJson } from "../../../lib/read-json.ts";
import type { AnswerPart, InputPart, TextPart, ToolResultPart } from "../../../core/words/message.ts";
import { type CacheControl, cacheControl } from "./cache-control.ts";
import { type DocumentBlock, type ImageBlock, toDocumentBlock, toImageBlock } from "./media-blocks.ts";

export interface TextBlock extends CacheControl {
  readonly type: "text";
  readonly text: string;
}

export interface ToolResultBlock extends CacheControl {
  readonly type: "tool_result";
  readonly tool_use_id: string;
  readonly content: string | readonly InputBlock[];
  readonly is_error?: true;
}

export interface ToolUseBlock extends CacheControl {
  readonly type: "tool_use";
  readonly id: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What a person may say, as blocks of the Anthropic Messages API. */
export type InputBlock = TextBlock | ImageBlock | DocumentBlock;
/** What a user message may hold in that API. */
export type UserBlock = InputBlock | ToolResultBlock;

export function toInputBlock(part: InputPart): InputBlock {
  switch (part.type) {
    case "text":
      return toTextBlock(part);
    case "image":
      return toImageBlock(part);
    case "document":
      return toDocumentBlock(part);
  }
}

export function toTextBlock(part: TextPart): TextBlock {
  return { type: "text", text: part.text, ...cacheControl(part) };
}

/** A result with a single text stays a string, as most tools give it. The API refuses empty texts, so they are left out. */
export function toToolResultBlock(part: ToolResultPart): ToolResultBlock {
  const blocks = part.content.map(toInputBlock).filter((block) => block.type !== "text" || block.text !== "");
  const [first] = blocks;
  const content = blocks.length === 1 && first && isPlainText(first) ? first.text : blocks;
  return {
    type: "tool_result",
    tool_use_id: part.callId,
    content: blocks.length === 0 ? "" : content,
    ...(part.isError && { is_error: true }),
    ...cacheControl(part),
  };
}

/** Whether a string says all of it. */
export function isPlainText(block: UserBlock): block is TextBlock {
  return block.type === "text" && block.cache_control === undefined;
}

/** Sealed thinking, as it came. */
export type ThinkingBlock =
  | { readonly type: "thinking"; readonly thinking: string; readonly signature: string }
  | { readonly type: "redacted_thinking"; readonly data: string };

export type AnswerBlock = TextBlock | ToolUseBlock | ThinkingBlock;

/**
 * What Claude said, for a history. The API refuses texts of white space alone. Thinking is left out, which the API accepts, when its model is
 * unknown or when more than one model has done thinking in the same answer.
 */
export function toAnswerBlocks(parts: readonly AnswerPart[]): readonly AnswerBlock[] {
  const thinkingModel = thinkingModelOf(parts);
  return parts.flatMap((part): AnswerBlock[] => {
    switch (part.type) {
      case "text":
        return part.text.trim() === "" ? [] : [toTextBlock(part)];
      case "tool-call":
        return [
          {
            type: "tool_use",
            id: part.callId,
            name: part.name,
            input: parseArguments(part.arguments),
            ...cacheControl(part),
          },
        ];
      case "thinking":
        if (thinkingModel === undefined || part.model === undefined) return [];
        return [{ type: "thinking", thinking: part.text, signature: part.signature }];
      case "redacted-thinking":
        return thinkingModel === undefined || part.model === undefined
          ? []
          : [{ type: "redacted_thinking", data: part.data }];
    }
  });
}

/** The one model that did the thinking in these parts: its signature means nothing to any other model. */
export function thinkingModelOf(parts: readonly AnswerPart[]): string | undefined {
  const models = new Set(
    parts.flatMap((part) => ("model" in part && part.model !== undefined ? [part.model] : [])),
  );
  return models.size === 1 ? [...models][0] : undefined;
}

/** The API accepts only an object; anything else is kept as text, so that Claude sees what it wrote. */
export function parseArguments(text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === "") return {};
  const value = readJson(text);
  return isRecord(value) ? value : { arguments: text };
}
