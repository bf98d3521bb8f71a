import type { DocumentPart } from "../../core/message.ts";
import { parseFileData } from "../parse-file-data.ts";
import { missingParameter, unsupportedParameter } from "../request-error.ts";
import type { ChatContentPartBody } from "./chat-request-schema.ts";

/** A file that came with the request. */
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
  return parseFileData(fileData, filename, { param, imagePart: "image_url" });
}
