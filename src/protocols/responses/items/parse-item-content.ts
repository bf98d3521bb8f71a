import type { InputPart, TextPart } from "../../../core/words/message.ts";
import type { FindFile, GivenFile } from "../../given-file.ts";
import { parseFileData } from "../../parse-file-data.ts";
import { parseImageData, parseImageUrl, requireWebUrl } from "../../parse-image-url.ts";
import { invalidValue, missingParameter, RequestError, unsupportedValue } from "../../request-error.ts";
import type { ContentBody, ContentPartBody, KnownItem } from "./item-schemas.ts";

const TEXT_PARTS = new Set(["input_text", "output_text", "text"]);

/** What a user or a tool says: texts, images, files. */
export function readInputContent(
  content: ContentBody,
  param: string,
  findFile: FindFile,
): readonly InputPart[] {
  return eachPart(content, param, (part, partParam): InputPart => {
    if (TEXT_PARTS.has(part.type)) return readText(part, partParam);
    switch (part.type) {
      case "input_image":
        return readImage(part, partParam, findFile);
      case "input_file":
        return readFile(part, partParam, findFile);
      case "refusal":
        return { type: "text", text: requireText(part.refusal, `${partParam}.refusal`) };
      case "input_audio":
        throw unsupportedValue(`${partParam}.type`, part.type, "Claude does not take audio.");
      default:
        throw invalidValue(`${partParam}.type`, part.type, ["input_text", "input_image", "input_file"]);
    }
  });
}

/** Text only, as in messages of the system, the developer and the assistant. */
export function readTextContent(
  content: ContentBody,
  param: string,
  supported: readonly string[],
): readonly TextPart[] {
  return eachPart(content, param, (part, partParam): TextPart => {
    if (TEXT_PARTS.has(part.type)) return readText(part, partParam);
    if (part.type !== "refusal") throw invalidValue(`${partParam}.type`, part.type, supported);
    return { type: "text", text: requireText(part.refusal, `${partParam}.refusal`) };
  });
}

/** What an assistant said. */
export function readAnswerContent(content: ContentBody, param: string): readonly TextPart[] {
  return readTextContent(content, param, ["output_text", "refusal"]);
}

/**
 * Checks that an item's content can be read once the files that it names are loaded.
 * @throws RequestError
 */
export function checkItemContent(item: KnownItem, param: string): void {
  switch (item.type) {
    case "message":
      if (item.role === "user") readInputContent(item.content, `${param}.content`, anyFile);
      else if (item.role === "assistant") readAnswerContent(item.content, `${param}.content`);
      else readTextContent(item.content, `${param}.content`, ["input_text"]);
      return;
    case "function_call_output":
    case "custom_tool_call_output":
      readInputContent(item.output, `${param}.output`, anyFile);
      return;
    default:
  }
}

function eachPart<Part extends InputPart>(
  content: ContentBody,
  param: string,
  read: (part: ContentPartBody, param: string) => Part,
): readonly Part[] {
  const parts = typeof content === "string" ? [{ type: "input_text", text: content }] : content;
  return parts.map((part, index) => read(part, `${param}[${index}]`));
}

function readText(part: ContentPartBody, param: string): TextPart {
  return { type: "text", text: requireText(part.text, `${param}.text`) };
}

/** `detail` makes no difference. */
function readImage(part: ContentPartBody, param: string, findFile: FindFile): InputPart {
  if (part.image_url !== undefined && part.image_url !== null) {
    return parseImageUrl(part.image_url, `${param}.image_url`);
  }
  const fileId = requireText(part.file_id, `${param}.image_url`);
  if (findFile === anyFile) return ANY_PART;
  return parseImageData(requireFile(fileId, `${param}.file_id`, findFile).base64, `${param}.file_id`);
}

function readFile(part: ContentPartBody, param: string, findFile: FindFile): InputPart {
  const { file_data: data, file_url: url, file_id: id, filename } = part;
  const dataParam = `${param}.file_data`;
  if (data !== undefined && data !== null) {
    return parseFileData(data, filename, { param: dataParam, imagePart: "input_image" });
  }
  if (url !== undefined && url !== null) {
    const source = { type: "url", url: requireWebUrl(url.trim(), `${param}.file_url`) } as const;
    return { type: "document", source, ...(filename && { title: filename }) };
  }
  const fileId = requireText(id, dataParam);
  if (findFile === anyFile) return ANY_PART;
  const file = requireFile(fileId, `${param}.file_id`, findFile);
  return parseFileData(file.base64, filename || file.filename, {
    param: `${param}.file_id`,
    imagePart: "input_image",
  });
}

const ANY_PART: TextPart = { type: "text", text: "" };
/** Stands in for files that are looked up later. */
const anyFile: FindFile = () => undefined;

function requireFile(id: string, param: string, findFile: FindFile): GivenFile {
  const file = findFile(id);
  if (file) return file;
  throw new RequestError("file_not_found", `File with id '${id.slice(0, 64)}' not found.`, param);
}

function requireText(value: string | null | undefined, param: string): string {
  if (value === undefined || value === null) throw missingParameter(param);
  return value;
}
