import type { AnswerPart, InputPart, TextPart, ToolResultPart } from "../../core/words/message.ts";
import { readMark } from "../cache-control.ts";
import { BLOCK } from "./block-schemas.ts";
import type { BlockBody } from "./messages-request-schema.ts";
import { listWords, notServed, parameterError, type Path } from "./parameter-error.ts";
import { parseDocument, parseImage } from "./parse-media.ts";
import { parsePart } from "./parse-part.ts";

const USER_BLOCKS = ["text", "image", "document", "tool_result"];
const ASSISTANT_BLOCKS = ["text", "thinking", "redacted_thinking", "tool_use"];
const RESULT_BLOCKS = ["text", "image", "document"];

/** Blocks of the API's own tools and of betas, which Claude Code cannot accept from a client. */
const NOT_SERVED = new Set([
  "search_result",
  "server_tool_use",
  "web_search_tool_result",
  "web_fetch_tool_result",
  "code_execution_tool_result",
  "bash_code_execution_tool_result",
  "text_editor_code_execution_tool_result",
  "tool_search_tool_result",
  "tool_reference",
  "mcp_tool_use",
  "mcp_tool_result",
  "container_upload",
  "compaction",
]);

/** One block of what a user said. A document made of blocks becomes several parts. */
export function parseUserBlock(block: BlockBody, path: Path): readonly (InputPart | ToolResultPart)[] {
  switch (block.type) {
    case "text": {
      const { text } = parsePart(BLOCK.text, block, [...path, "text"]);
      if (text === "") throw parameterError(["messages"], "text content blocks must be non-empty");
      return [{ type: "text", text, ...readMark(block) }];
    }
    case "image":
      return [parseImage(block, path)];
    case "document":
      return parseDocument(block, path);
    case "tool_result":
      return [parseToolResult(block, path)];
    default:
      throw badBlock(block.type, USER_BLOCKS, ASSISTANT_BLOCKS, "user", path);
  }
}

/** The parts of one block that Claude said; none for an empty text, which means nothing. */
export function parseAssistantBlock(block: BlockBody, path: Path): readonly AnswerPart[] {
  switch (block.type) {
    case "text":
      return nonEmptyText(block, path);
    case "thinking": {
      const { thinking: text, signature } = parsePart(BLOCK.thinking, block, [...path, "thinking"]);
      return [{ type: "thinking", text, signature }];
    }
    case "redacted_thinking": {
      const { data } = parsePart(BLOCK.redactedThinking, block, [...path, "redacted_thinking"]);
      return [{ type: "redacted-thinking", data }];
    }
    case "tool_use": {
      const { id, name, input } = parsePart(BLOCK.toolUse, block, [...path, "tool_use"]);
      return [{ type: "tool-call", callId: id, name, arguments: JSON.stringify(input), ...readMark(block) }];
    }
    default:
      throw badBlock(block.type, ASSISTANT_BLOCKS, USER_BLOCKS, "assistant", path);
  }
}

function parseToolResult(block: BlockBody, blockPath: Path): ToolResultPart {
  const path = [...blockPath, "tool_result"];
  const { tool_use_id: callId, content, is_error: isError } = parsePart(BLOCK.toolResult, block, path);
  return {
    type: "tool-result",
    callId,
    content: parseResultContent(content ?? [], [...path, "content"]),
    ...(isError && { isError }),
    ...readMark(block),
  };
}

function parseResultContent(content: string | readonly BlockBody[], path: Path): readonly InputPart[] {
  if (typeof content === "string") return content === "" ? [] : [{ type: "text", text: content }];
  return content.flatMap((block, index) => parseResultBlock(block, [...path, index]));
}

function parseResultBlock(block: BlockBody, path: Path): readonly InputPart[] {
  switch (block.type) {
    case "text":
      return nonEmptyText(block, path);
    case "image":
      return [parseImage(block, path)];
    case "document":
      return parseDocument(block, path);
    default:
      throw badBlock(block.type, RESULT_BLOCKS, [], "tool_result", path);
  }
}

function nonEmptyText(block: BlockBody, path: Path): readonly TextPart[] {
  const { text } = parsePart(BLOCK.text, block, [...path, "text"]);
  return text === "" ? [] : [{ type: "text", text, ...readMark(block) }];
}

function badBlock(
  type: string,
  allowed: readonly string[],
  allowedElsewhere: readonly string[],
  place: string,
  path: Path,
) {
  if (NOT_SERVED.has(type)) return notServed([...path, "type"], `'${type}' blocks are`);
  if (allowedElsewhere.includes(type)) {
    return parameterError(path, `\`${type}\` blocks can not be in \`${place}\` messages`);
  }
  return parameterError(
    path,
    `Input tag '${type}' found using 'type' does not match any of the expected tags: ${listWords(allowed)}`,
  );
}
