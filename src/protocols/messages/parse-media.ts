import type { DocumentPart, ImagePart, InputPart, MediaSource } from "../../core/words/message.ts";
import { imageTypeOf } from "../../lib/image-type.ts";
import { readMark } from "../cache-control.ts";
import { BLOCK, DOCUMENT_SOURCE, IMAGE_SOURCE } from "./block-schemas.ts";
import type { BlockBody } from "./messages-request-schema.ts";
import { listWords, notServed, parameterError, type Path } from "./parameter-error.ts";
import { parsePart } from "./parse-part.ts";

/** The limit of the Messages API. */
const MAX_IMAGE_BASE64_LENGTH = 5 * 1024 * 1024;

/** An `image` block. As in the API's own errors, the path includes the block's type. */
export function parseImage(block: BlockBody, blockPath: Path): ImagePart {
  const path = [...blockPath, "image"];
  const { source } = parsePart(BLOCK.image, block, path);
  const sourcePath = [...path, "source", source.type];
  switch (source.type) {
    case "base64": {
      const { data } = parsePart(IMAGE_SOURCE.base64, source, sourcePath);
      const mediaType = imageTypeOf(data);
      // Claude Code would tell the model that an image could not be processed, and the client nothing.
      if (mediaType === undefined) throw parameterError(sourcePath, "Could not process image");
      if (data.length > MAX_IMAGE_BASE64_LENGTH) {
        throw parameterError(sourcePath, "image exceeds 5 MB maximum");
      }
      return { type: "image", source: { type: "base64", mediaType, data }, ...readMark(block) };
    }
    case "url":
      return {
        type: "image",
        source: urlSource(parsePart(IMAGE_SOURCE.url, source, sourcePath), sourcePath),
        ...readMark(block),
      };
    default:
      throw badSource(source.type, Object.keys(IMAGE_SOURCE), [...path, "source"]);
  }
}

/** A `document` block: one part, or several when it consists of texts and images. */
export function parseDocument(block: BlockBody, blockPath: Path): readonly InputPart[] {
  const path = [...blockPath, "document"];
  const { source, title, context, citations } = parsePart(BLOCK.document, block, path);
  if (citations?.enabled) throw notServed([...path, "citations"], "Citations are");
  const named = { ...(title && { title }) };
  const sources = parseDocumentSource(source, [...path, "source"]);
  const parts = sources.map((part, index) => ({
    ...part,
    ...(part.type === "document" && named),
    ...(index === sources.length - 1 && readMark(block)),
  }));
  // What the client says about the document; it is not to be cited.
  return context ? [{ type: "text", text: context }, ...parts] : parts;
}

function parseDocumentSource(source: BlockBody, path: Path): readonly (DocumentPart | ImagePart)[] {
  const sourcePath = [...path, source.type];
  switch (source.type) {
    case "base64": {
      const { media_type: mediaType, data } = parsePart(DOCUMENT_SOURCE.base64, source, sourcePath);
      return [{ type: "document", source: { type: "base64", mediaType, data } }];
    }
    case "text":
      return [textDocument(parsePart(DOCUMENT_SOURCE.text, source, sourcePath).data)];
    case "url": {
      const parsed = parsePart(DOCUMENT_SOURCE.url, source, sourcePath);
      return [{ type: "document", source: urlSource(parsed, sourcePath) }];
    }
    case "content": {
      const { content } = parsePart(DOCUMENT_SOURCE.content, source, sourcePath);
      if (typeof content === "string") return [textDocument(content)];
      return content.map((block, index) => parseDocumentBlock(block, [...sourcePath, "content", index]));
    }
    default:
      throw badSource(source.type, Object.keys(DOCUMENT_SOURCE), path);
  }
}

function parseDocumentBlock(block: BlockBody, path: Path): DocumentPart | ImagePart {
  if (block.type === "image") return parseImage(block, path);
  if (block.type === "text") {
    return { ...textDocument(parsePart(BLOCK.text, block, [...path, "text"]).text), ...readMark(block) };
  }
  throw parameterError([...path, "type"], "Input should be 'text' or 'image'");
}

function textDocument(text: string): DocumentPart {
  return { type: "document", source: { type: "text", text } };
}

function urlSource({ url }: { readonly url: string }, path: Path): MediaSource {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw parameterError([...path, "url"], "Input should be an http or https URL");
  }
  return { type: "url", url };
}

function badSource(type: string, known: readonly string[], path: Path) {
  if (type === "file") return notServed([...path, "file"], "Files by their id are");
  return parameterError([...path, "type"], `Input should be ${listWords(known)}`);
}
