import { isUtf8 } from "node:buffer";

import type { DocumentPart } from "../../core/message.ts";
import { cleanBase64, firstBytes, readDataUrl } from "../base64-data.ts";
import { missingParameter, RequestError, unsupportedParameter, unsupportedValue } from "../request-error.ts";
import type { ChatContentPartBody } from "./chat-request-schema.ts";
import { requireMediaSize } from "./media-size.ts";

const PDF = "application/pdf";
/** Types that say nothing about the content. */
const ANY_TYPES = new Set(["", "application/octet-stream", "binary/octet-stream"]);
const TEXT_TYPE =
  /^text\/|^(?:application|image)\/(?:.*\+)?(?:json|xml|yaml|x-yaml|toml|javascript|x-javascript|typescript|x-sh|sql|x-ndjson|jsonl|rtf)$/;

/** A file that came with the request: a PDF, or a text. Its content is a data URL, or base64 alone. */
export function parseFilePart({ file }: ChatContentPartBody, partParam: string): DocumentPart {
  if (!file) throw missingParameter(`${partParam}.file`);
  const param = `${partParam}.file.file_data`;
  const { file_data: fileData, file_id: fileId, filename } = file;
  if (fileData === undefined || fileData === null) {
    if (fileId === undefined || fileId === null) throw missingParameter(param);
    throw unsupportedParameter(
      `${partParam}.file.file_id`,
      "Uploaded files are not served yet; send the file itself as 'file_data'.",
    );
  }
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
      "Files are PDF or text; images go into 'image_url' parts.",
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
