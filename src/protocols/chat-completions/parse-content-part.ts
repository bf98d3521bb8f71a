import type { DocumentPart, ImagePart, InputPart, TextPart } from "../../core/words/message.ts";
import type { FindFile } from "../given-file.ts";
import { invalidValue, missingParameter, unsupportedValue } from "../request-error.ts";
import type { ChatContentPartBody, ChatMessageBody } from "./chat-request-schema.ts";
import { readMark } from "../cache-control.ts";
import { imageTypeOf } from "../../lib/image-type.ts";
import { unknownFile } from "../file-not-found.ts";
import { parseFileData } from "../parse-file-data.ts";
import { parseImageData, parseImageUrl } from "../parse-image-url.ts";

/** What a user or a tool may send: texts, images, files. `content` must be there. */
export function parseInputContent(
  body: ChatMessageBody,
  param: string,
  findFile: FindFile,
): readonly InputPart[] {
  return eachPart(body, param, (part, partParam): InputPart => {
    switch (part.type) {
      case "text":
        return parseText(part, partParam);
      case "image_url":
        return { ...parseImagePart(part, partParam), ...readMark(part) };
      case "file":
        return { ...parseFilePart(part, partParam, findFile), ...readMark(part) };
      case "input_audio":
        throw unsupportedValue(`${partParam}.type`, part.type, "Claude does not take audio.");
      default:
        throw invalidValue(`${partParam}.type`, part.type, ["text", "image_url", "file"]);
    }
  });
}

/** Text only, as in system and developer messages. */
export function parseTextContent(body: ChatMessageBody, param: string): readonly TextPart[] {
  return eachPart(body, param, (part, partParam) => {
    if (part.type !== "text") throw invalidValue(`${partParam}.type`, part.type, ["text"]);
    return parseText(part, partParam);
  });
}

/** What the assistant said: its content, and its refusal if it declined. Both may be absent. */
export function parseAssistantContent(body: ChatMessageBody, param: string): readonly TextPart[] {
  const refusal: readonly TextPart[] = body.refusal ? [{ type: "text", text: body.refusal }] : [];
  if (body.content === undefined || body.content === null) return refusal;
  const content = eachPart(body, param, (part, partParam): TextPart => {
    if (part.type === "text") return parseText(part, partParam);
    if (part.type === "refusal") {
      return { type: "text", text: requireText(part.refusal, `${partParam}.refusal`) };
    }
    throw invalidValue(`${partParam}.type`, part.type, ["text", "refusal"]);
  });
  return [...content, ...refusal];
}

function eachPart<Part extends InputPart>(
  { content }: ChatMessageBody,
  param: string,
  parse: (part: ChatContentPartBody, param: string) => Part,
): readonly Part[] {
  if (content === undefined || content === null) throw missingParameter(`${param}.content`);
  const parts = typeof content === "string" ? [{ type: "text", text: content }] : content;
  return parts.map((part, index) => parse(part, `${param}.content[${index}]`));
}

function parseText(part: ChatContentPartBody, param: string): TextPart {
  return { type: "text", text: requireText(part.text, `${param}.text`), ...readMark(part) };
}

function requireText(text: string | null | undefined, param: string): string {
  if (text === undefined || text === null) throw missingParameter(param);
  return text;
}

/** A file sent in the request, or one uploaded earlier. Only an uploaded file may also be an image. */
function parseFilePart(
  { file }: ChatContentPartBody,
  partParam: string,
  findFile: FindFile,
): DocumentPart | ImagePart {
  if (!file) throw missingParameter(`${partParam}.file`);
  const param = `${partParam}.file.file_data`;
  const { file_data: fileData, file_id: fileId, filename } = file;
  if (fileData !== undefined && fileData !== null) {
    return parseFileData(fileData, filename, { param, imagePart: "image_url" });
  }
  if (fileId === undefined || fileId === null) throw missingParameter(param);

  const idParam = `${partParam}.file.file_id`;
  const found = findFile(fileId);
  if (!found) throw unknownFile(fileId, idParam);
  if (imageTypeOf(found.base64) !== undefined) return parseImageData(found.base64, idParam);
  return parseFileData(found.base64, filename || found.filename, { param: idParam, imagePart: "image_url" });
}

/** An image by its URL. `detail` has no counterpart. */
function parseImagePart(part: ChatContentPartBody, partParam: string): ImagePart {
  if (!part.image_url) throw missingParameter(`${partParam}.image_url`);
  return parseImageUrl(part.image_url.url, `${partParam}.image_url.url`);
}
