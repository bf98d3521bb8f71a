import { assertNever } from "../../lib/assert-never.ts";
import type { DocumentPart } from "../words/message.ts";
import type { ModelAbilities } from "../models/model-abilities.ts";
import { isNewerTokenizer } from "./is-newer-tokenizer.ts";
import { textTokens } from "./text-tokens.ts";

/** A page of a PDF counts as an image of it, which is the same for all models, and as its text. */
const TOKENS_OF_PAGE_IMAGE = 1525;
/** Of a page full of prose, by the older tokenizer. */
const TOKENS_OF_PAGE_TEXT = 570;
const BYTES_OF_PAGE = 50_000;
/** Base64 of a PDF that is looked into. */
const MAX_PDF_CHARACTERS = 4_000_000;

/** About what a document counts: a text as such, a PDF by its pages, one behind a URL as a single page. */
export function documentTokens({ source, title = "" }: DocumentPart, model: ModelAbilities): number {
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
  // Pages stand as objects of their own, unless the file is packed; then its size must do.
  const text = pdf.length > MAX_PDF_CHARACTERS ? "" : Buffer.from(pdf, "base64").toString("latin1");
  const pages = text.match(/\/Type\s*\/Page\b/g)?.length;
  return pages ?? Math.ceil((pdf.length * 0.75) / BYTES_OF_PAGE);
}
