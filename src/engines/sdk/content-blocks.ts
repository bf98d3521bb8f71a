import type { AnswerPart, InputPart, ToolResultPart } from "../../core/message.ts";
import { type DocumentBlock, type ImageBlock, toDocumentBlock, toImageBlock } from "./media-blocks.ts";

export interface TextBlock {
  readonly type: "text";
  readonly text: string;
}

export interface ToolResultBlock {
  readonly type: "tool_result";
  readonly tool_use_id: string;
  readonly content: string | readonly InputBlock[];
  readonly is_error?: true;
}

export interface ToolUseBlock {
  readonly type: "tool_use";
  readonly id: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What a person may say, in the Anthropic Messages API. */
export type InputBlock = TextBlock | ImageBlock | DocumentBlock;
/** What a user message may hold there. */
export type UserBlock = InputBlock | ToolResultBlock;

export function toInputBlock(part: InputPart): InputBlock {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image":
      return toImageBlock(part);
    case "document":
      return toDocumentBlock(part);
  }
}

/** A result of a single text stays a string, as most tools give it. The API takes no empty text, so that is left out. */
export function toToolResultBlock(part: ToolResultPart): ToolResultBlock {
  const blocks = part.content.map(toInputBlock).filter((block) => block.type !== "text" || block.text !== "");
  const [first] = blocks;
  const content = blocks.length === 1 && first?.type === "text" ? first.text : blocks;
  return {
    type: "tool_result",
    tool_use_id: part.callId,
    content: blocks.length === 0 ? "" : content,
    ...(part.isError && { is_error: true }),
  };
}

/**
 * What Claude said, for a history. Thinking is left out: its signature means something to the model that gave it only, and
 * the API does without it.
 */
export function toAnswerBlocks(parts: readonly AnswerPart[]): readonly (TextBlock | ToolUseBlock)[] {
  return parts.flatMap((part): (TextBlock | ToolUseBlock)[] => {
    if (part.type === "text") return part.text === "" ? [] : [{ type: "text", text: part.text }];
    if (part.type !== "tool-call") return [];
    const { callId: id, name } = part;
    return [{ type: "tool_use", id, name, input: parseArguments(part.arguments) }];
  });
}

/** The API takes an object only; what is none is kept as text, so that Claude sees what it wrote. */
export function parseArguments(text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Not JSON: below.
  }
  return { arguments: text };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
