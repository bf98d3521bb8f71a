import type { DocumentPart, ImagePart } from "../../core/words/message.ts";
import { imageTypeOf } from "../../lib/image-type.ts";
import { unknownFile } from "../file-not-found.ts";
import type { FindFile } from "../given-file.ts";
import { parseFileData } from "../parse-file-data.ts";
import { parseImageData } from "../parse-image-url.ts";
import { missingParameter } from "../request-error.ts";
import type { ChatContentPartBody } from "./chat-request-schema.ts";

/** A file that came with the request, or one that was uploaded before. Only so may it be an image as well. */
export function parseFilePart(
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
