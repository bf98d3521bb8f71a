import { isRecord } from "../../../lib/is-record.ts";

/** Thinking of earlier answers, which says nothing to Claude here. */
const THINKING: ReadonlySet<unknown> = new Set([
  "thinking",
  "redacted_thinking",
  "reasoning",
  "reasoning_text",
  "summary_text",
]);

export function isThinking(part: unknown): boolean {
  return isRecord(part) && THINKING.has(part["type"]);
}

/** A content part in the shape of Chat Completions; what is none that is known elsewhere stays as it is. */
export function toChatPart(part: unknown): unknown {
  if (!isRecord(part)) return part;
  switch (part["type"]) {
    case "input_text":
    case "output_text":
      return { type: "text", text: part["text"] };
    case "input_image":
      return toImage(part["image_url"], part) ?? toFile(part) ?? part;
    case "image_url":
      return typeof part["image_url"] === "string" ? toImage(part["image_url"], part) : part;
    case "input_file":
      return toFile(part) ?? part;
    case "image":
      return isRecord(part["source"]) ? (toImage(urlOf(part["source"]), part) ?? part) : part;
    case "document":
      return isRecord(part["source"]) ? (toDocument(part["source"], part["title"]) ?? part) : part;
    default:
      return part;
  }
}

function toImage(url: unknown, { detail }: Record<string, unknown>): object | undefined {
  if (typeof url !== "string") return undefined;
  return { type: "image_url", image_url: { url, ...(detail !== undefined && { detail }) } };
}

function toFile({ file_data, file_id, filename }: Record<string, unknown>): object | undefined {
  if (file_data === undefined && file_id === undefined) return undefined;
  return { type: "file", file: { file_data, file_id, filename } };
}

/** Where Anthropic's source leads, as one URL. */
function urlOf({ type, media_type: mediaType, data, url }: Record<string, unknown>): unknown {
  return type === "base64" ? `data:${String(mediaType)};base64,${String(data)}` : url;
}

function toDocument(source: Record<string, unknown>, title: unknown): object | undefined {
  const filename = title ?? null;
  if (source["type"] === "base64") return { type: "file", file: { file_data: urlOf(source), filename } };
  if (source["type"] !== "text" || typeof source["data"] !== "string") return undefined;
  const base64 = Buffer.from(source["data"]).toString("base64");
  return { type: "file", file: { file_data: `data:text/plain;base64,${base64}`, filename } };
}
