import type { DocumentPart, ImagePart, MediaSource } from "../../../core/words/message.ts";
import { type CacheControl, cacheControl } from "./cache-control.ts";
import { imageTypeOf } from "../../../lib/image-type.ts";

/** Where a block of the Anthropic Messages API gets its image or PDF from. */
type SourceBlock =
  | { readonly type: "base64"; readonly media_type: string; readonly data: string }
  | { readonly type: "url"; readonly url: string };

/** An image in the Anthropic Messages API. */
export interface ImageBlock extends CacheControl {
  readonly type: "image";
  readonly source: SourceBlock;
}

/** A document in the Anthropic Messages API. */
export interface DocumentBlock extends CacheControl {
  readonly type: "document";
  readonly source:
    | SourceBlock
    | { readonly type: "text"; readonly media_type: "text/plain"; readonly data: string };
  readonly title?: string;
}

/**
 * The same block serves in user messages, tool results and histories. The API refuses an image whose declared type does not fit
 * its bytes, and Claude Code corrects that in user messages only, so the bytes decide.
 */
export function toImageBlock(part: ImagePart): ImageBlock {
  const block = toSourceBlock(part.source);
  const source =
    block.type === "url" ? block : { ...block, media_type: imageTypeOf(block.data) ?? block.media_type };
  return { type: "image", source, ...cacheControl(part) };
}

export function toDocumentBlock({ source, title, ...marked }: DocumentPart): DocumentBlock {
  return {
    type: "document",
    source:
      source.type === "text"
        ? { type: "text", media_type: "text/plain", data: source.text }
        : toSourceBlock(source),
    ...(title === undefined || title === "" ? {} : { title }),
    ...cacheControl(marked),
  };
}

function toSourceBlock(source: MediaSource): SourceBlock {
  if (source.type === "url") return { type: "url", url: source.url };
  return { type: "base64", media_type: source.mediaType, data: source.data };
}
