import { assertNever } from "../lib/assert-never.ts";
import { readImageSize } from "../lib/image-size.ts";
import type { ClientTool } from "./client-tool.ts";
import type { ContentPart, DocumentPart, ImagePart, Message } from "./message.ts";
import type { CountTokens, TokenPrompt } from "./ports/token-counter.ts";

/** Of English text and code; other scripts have more bytes and more tokens for a letter, in about the same measure. */
const BYTES_PER_TOKEN = 3.5;
/** What frames a message, a block, a tool. */
const TOKENS_PER_MESSAGE = 4;
const TOKENS_PER_BLOCK = 4;
const TOKENS_PER_TOOL = 12;
/** The API tells the model how to call tools as soon as there is one. */
const TOKENS_FOR_TOOL_USE = 340;

/** The API scales an image down to this before the model sees it, and counts its area. */
const MAX_IMAGE_EDGE = 1568;
const PIXELS_PER_TOKEN = 750;
const MAX_IMAGE_TOKENS = 1600;

/** A page of a PDF counts as its text and as an image of it. */
const TOKENS_PER_PDF_PAGE = 2500;
const BYTES_PER_PDF_PAGE = 50_000;

/** Base64 that is looked into: the head of an image, and a PDF up to this size. */
const MAX_HEAD_CHARACTERS = 1_000_000;
const MAX_PDF_CHARACTERS = 4_000_000;

/** The local estimate as a counter. */
export const countByEstimate: CountTokens = (prompt) => Promise.resolve(estimateTokens(prompt));

/** About how many tokens a prompt has, without asking anybody. */
export function estimateTokens({ systemText, messages, tools }: TokenPrompt): number {
  const toolTokens = tools.list.map(toolTokensOf);
  return sum([
    textTokens(systemText),
    ...messages.map(messageTokens),
    ...toolTokens,
    toolTokens.length > 0 ? TOKENS_FOR_TOOL_USE : 0,
  ]);
}

function messageTokens(message: Message): number {
  return TOKENS_PER_MESSAGE + sum(message.content.map(partTokens));
}

function partTokens(part: ContentPart): number {
  switch (part.type) {
    case "text":
      return textTokens(part.text);
    case "image":
      return TOKENS_PER_BLOCK + imageTokens(part);
    case "document":
      return TOKENS_PER_BLOCK + textTokens(part.title ?? "") + documentTokens(part);
    case "tool-call":
      return TOKENS_PER_BLOCK + textTokens(part.name) + textTokens(part.arguments);
    case "tool-result":
      return TOKENS_PER_BLOCK + sum(part.content.map(partTokens));
    case "thinking":
    case "redacted-thinking":
      // The API leaves the thinking of earlier answers out of what the model reads.
      return 0;
    default:
      return assertNever(part);
  }
}

function toolTokensOf({ name, description = "", inputSchema }: ClientTool): number {
  return (
    TOKENS_PER_TOOL + textTokens(name) + textTokens(description) + textTokens(JSON.stringify(inputSchema))
  );
}

function imageTokens({ source }: ImagePart): number {
  const head = source.type === "base64" ? source.data.slice(0, MAX_HEAD_CHARACTERS) : undefined;
  const size = head === undefined ? undefined : readImageSize(Buffer.from(head, "base64"));
  // Of an image behind a URL nothing is known; a photograph reaches the most.
  if (!size) return MAX_IMAGE_TOKENS;
  const scale = Math.min(1, MAX_IMAGE_EDGE / Math.max(size.width, size.height));
  const pixels = size.width * scale * size.height * scale;
  return Math.min(MAX_IMAGE_TOKENS, Math.ceil(pixels / PIXELS_PER_TOKEN));
}

function documentTokens({ source }: DocumentPart): number {
  switch (source.type) {
    case "text":
      return textTokens(source.text);
    case "url":
      return TOKENS_PER_PDF_PAGE;
    case "base64":
      return TOKENS_PER_PDF_PAGE * countPages(source.data);
    default:
      return assertNever(source);
  }
}

function countPages(pdf: string): number {
  // Pages stand as objects of their own, unless the file is packed; then its size must do.
  const text = pdf.length > MAX_PDF_CHARACTERS ? "" : Buffer.from(pdf, "base64").toString("latin1");
  const pages = text.match(/\/Type\s*\/Page\b/g)?.length;
  return pages ?? Math.ceil((pdf.length * 0.75) / BYTES_PER_PDF_PAGE);
}

function textTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
