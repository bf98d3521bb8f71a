import { isRecord } from "../../lib/is-record.ts";
import { blocksOf, isStableSystemBlock } from "../messages-body.ts";
import type { ContentBlock, MessagesBody, RequestTool } from "../messages-body.ts";
import { innerBlocks, systemBlocks } from "./api-request.ts";
import { imageSizeOf } from "./image-size-of.ts";
import type { ModelRules } from "./model-rules.ts";
import { countPages } from "./pdf-pages.ts";
import { visualTokens } from "./visual-tokens.ts";

/** A page of a PDF counts both as text and as an image. */
const TOKENS_PER_PAGE = 2500;

/**
 * The size of a prompt in tokens, measured for this model: texts by length, images by pixels, documents by pages. The base64 of
 * an image does not count as text.
 */
export function countInputTokens(body: MessagesBody, model: ModelRules): number {
  const blocks = [...systemBlocks(body).filter(isStableSystemBlock), ...body.messages.flatMap(blocksOf)];
  const size = blocks.reduce((sum, block) => sum + blockSize(block, model), 0);
  return Math.max(1, Math.ceil(size + toolsSize(body.tools ?? [], model)));
}

/** Tokens, not rounded. */
export function toolsSize(tools: readonly RequestTool[], model: ModelRules): number {
  return tools.length === 0 ? 0 : textSize(JSON.stringify(tools), model);
}

/** Tokens, not rounded. */
export function blockSize(block: ContentBlock, model: ModelRules): number {
  const source = block["source"];
  if (isRecord(source) && (block.type === "image" || block.type === "document")) {
    return mediumSize(block.type, source, model);
  }
  if (block.type === "text") return textSize(String(block["text"]), model);
  // The signature contains the thinking itself, although the client may see none of it.
  if (block.type === "thinking") return textSize(String(block["thinking"]), model);
  const inner = innerBlocks(block);
  if (inner.length > 0) return inner.reduce((sum, one) => sum + blockSize(one, model), 0);
  return textSize(JSON.stringify(block), model);
}

export function textSize(text: string, model: ModelRules): number {
  return text.length / model.charactersPerToken;
}

function mediumSize(type: string, source: Readonly<Record<string, unknown>>, model: ModelRules): number {
  const data = typeof source["data"] === "string" ? source["data"] : undefined;
  if (type === "document") {
    if (data === undefined) return TOKENS_PER_PAGE;
    if (source["type"] === "text") return textSize(data, model);
    return TOKENS_PER_PAGE * Math.max(1, countPages(Buffer.from(data, "base64")));
  }
  const size = data === undefined ? undefined : imageSizeOf(data);
  // The size of an image behind a URL or a file id is unknown here.
  return size ? visualTokens(size, model) : model.vision.maxTokens;
}
