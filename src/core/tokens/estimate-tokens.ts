import { assertNever } from "../../lib/assert-never.ts";
import type { ClientTool } from "../words/client-tool.ts";
import type { ContentPart, DocumentPart, Message } from "../words/message.ts";
import type { ModelAbilities } from "../models/model-abilities.ts";
import type { TokenPrompt } from "../ports/token-counter.ts";
import { imageTokens } from "./image-tokens.ts";
import { isNewerTokenizer } from "./is-newer-tokenizer.ts";
import { textTokens } from "./text-tokens.ts";
import { thinkingTokens } from "./thinking-tokens.ts";

/** Overhead for a prompt, a message, a block other than text, a tool. */
const TOKENS_PER_PROMPT = 3;
const TOKENS_PER_MESSAGE = 4;
const TOKENS_PER_BLOCK = 4;
const TOKENS_PER_TOOL = 12;
/** As soon as there is a tool, the API adds instructions for calling tools; counted by the older tokenizer. */
const TOKENS_FOR_TOOL_USE = 346;

/** Estimates how many tokens this model counts for a prompt, without asking the API. */
export function estimateTokens({ systemText, messages, tools }: TokenPrompt, model: ModelAbilities): number {
  const isNewer = isNewerTokenizer(model);
  const toolTokens = tools.list.map((tool) => toolTokensOf(tool, isNewer));
  const messageTokens = messages.map((message) => estimateMessage(message, model));
  const content = sum([
    textTokens(systemText, isNewer),
    ...messageTokens,
    thinkingTokens(messages, model),
    ...toolTokens,
    toolTokens.length > 0 ? Math.round(TOKENS_FOR_TOOL_USE * model.tokenFactor) : 0,
  ]);
  return content === 0 ? 0 : TOKENS_PER_PROMPT + content;
}

/** One message alone, without its thinking. */
export function estimateMessage(message: Message, model: ModelAbilities): number {
  return TOKENS_PER_MESSAGE + sum(message.content.map((part) => partTokens(part, model)));
}

function partTokens(part: ContentPart, model: ModelAbilities): number {
  const isNewer = isNewerTokenizer(model);
  switch (part.type) {
    case "text":
      return textTokens(part.text, isNewer);
    case "image":
      return TOKENS_PER_BLOCK + imageTokens(part.source, model.images);
    case "document":
      return TOKENS_PER_BLOCK + documentTokens(part, model);
    case "tool-call":
      return TOKENS_PER_BLOCK + textTokens(part.name, isNewer) + textTokens(part.arguments, isNewer);
    case "tool-result":
      return TOKENS_PER_BLOCK + sum(part.content.map((each) => partTokens(each, model)));
    case "thinking":
    case "redacted-thinking":
      return 0;
    default:
      return assertNever(part);
  }
}

function toolTokensOf({ name, description = "", inputSchema }: ClientTool, isNewer: boolean): number {
  const texts = [name, description, JSON.stringify(inputSchema)];
  return TOKENS_PER_TOOL + sum(texts.map((text) => textTokens(text, isNewer)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** A page of a PDF counts as an image of the page, the same for all models, and as its text. */
const TOKENS_OF_PAGE_IMAGE = 1525;
/** A page full of prose, by the older tokenizer. */
const TOKENS_OF_PAGE_TEXT = 570;
const BYTES_OF_PAGE = 50_000;
/** Base64 length up to which a PDF is examined. */
const MAX_PDF_CHARACTERS = 4_000_000;

/** Estimates a document: a text by its content, a PDF by its pages, a document behind a URL as a single page. */
function documentTokens({ source, title = "" }: DocumentPart, model: ModelAbilities): number {
  const isNewer = isNewerTokenizer(model);
  const titleTokens = textTokens(title, isNewer);
  const pageTokens = TOKENS_OF_PAGE_IMAGE + Math.round(TOKENS_OF_PAGE_TEXT * model.tokenFactor);
  switch (source.type) {
    case "text":
      return titleTokens + textTokens(source.text, isNewer);
    case "url":
      return titleTokens + pageTokens;
    case "base64":
      return titleTokens + pageTokens * countPages(source.data);
    default:
      return assertNever(source);
  }
}

function countPages(pdf: string): number {
  // Pages are separate objects, unless the file is compressed; then its size must do.
  const text = pdf.length > MAX_PDF_CHARACTERS ? "" : Buffer.from(pdf, "base64").toString("latin1");
  const pages = text.match(/\/Type\s*\/Page\b/g)?.length;
  return pages ?? Math.ceil((pdf.length * 0.75) / BYTES_OF_PAGE);
}
