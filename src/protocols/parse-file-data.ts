import { isUtf8 } from "node:buffer";

import type { DocumentPart } from "../core/words/message.ts";
import { cleanBase64, firstBytes, readDataUrl } from "./base64-data.ts";
import { requireMediaSize } from "./media-size.ts";
import { RequestError, unsupportedValue } from "./request-error.ts";

const PDF = "application/pdf";
/** Types that say nothing about the content. */
const ANY_TYPES = new Set(["", "application/octet-stream", "binary/octet-stream"]);
const TEXT_TYPE =
  /^text\/|^(?:application|image)\/(?:.*\+)?(?:json|xml|yaml|x-yaml|toml|javascript|x-javascript|typescript|x-sh|sql|x-ndjson|jsonl|rtf)$/;

/**
 * A file sent in the request: a PDF or a text, as a data URL or as bare base64.
 * @throws RequestError naming `param`; `imagePart` is the part that images belong in.
 */
export function parseFileData(
  fileData: string,
  filename: string | null | undefined,
  { param, imagePart }: { readonly param: string; readonly imagePart: string },
): DocumentPart {
  const title = filename ? { title: filename } : {};
  const given = readDataUrl(fileData) ?? { mediaType: "", data: fileData };
  const data = cleanBase64(given.data);
  if (data === undefined) {
    throw new RequestError(
      "invalid_base64",
      `Invalid '${param}'. Expected a base64-encoded data URL (e.g. 'data:application/pdf;base64,…') or base64, but got something else.`,
      param,
    );
  }
  requireMediaSize(data, param);

  const isAny = ANY_TYPES.has(given.mediaType);
  const isPdf = firstBytes(data, 1024).includes("%PDF-");
  if (given.mediaType === PDF || (isAny && isPdf)) {
    if (!isPdf) throw new RequestError("invalid_value", `Invalid '${param}': it is not a PDF file.`, param);
    return { type: "document", source: { type: "base64", mediaType: PDF, data }, ...title };
  }
  if (!isAny && !TEXT_TYPE.test(given.mediaType)) {
    throw unsupportedValue(
      param,
      given.mediaType,
      `Files are PDF or text; images go into '${imagePart}' parts.`,
    );
  }
  const bytes = Buffer.from(data, "base64");
  if (!isUtf8(bytes) || bytes.includes(0)) {
    throw new RequestError(
      "invalid_value",
      `Invalid '${param}': expected a PDF file or a text in UTF-8, but got another kind of file.`,
      param,
    );
  }
  const text = new TextDecoder().decode(bytes);
  return { type: "document", source: { type: "text", text }, ...title };
}
