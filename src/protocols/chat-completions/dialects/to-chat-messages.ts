import { isRecord } from "../../../lib/is-record.ts";
import { wrapTextCalls } from "./text-tools.ts";

/**
 * Converts a message to the shape of Chat Completions. In Anthropic's shape, calls and results are blocks inside the content: a
 * call becomes one of `tool_calls`, and results become messages of their own, before anything else that the user says there.
 */
export function toChatMessages(message: unknown, textTools: ReadonlySet<string>): readonly unknown[] {
  if (!isRecord(message)) return [message];
  const calls = wrapTextCalls(message["tool_calls"], textTools);
  const content = message["content"];
  if (!Array.isArray(content))
    return [calls === message["tool_calls"] ? message : { ...message, tool_calls: calls }];
  const isAnswer = message["role"] === "assistant";
  const parts: unknown[] = [];
  const blockCalls: unknown[] = [];
  const results: unknown[] = [];
  for (const part of content) {
    if (isAnswer && isThinking(part)) continue;
    if (isAnswer && isBlock(part, "tool_use")) blockCalls.push(toCall(part));
    else if (message["role"] === "user" && isBlock(part, "tool_result")) results.push(toResult(part));
    else parts.push(toChatPart(part));
  }
  const isDropped = parts.length === 0 && content.length > 0;
  if (results.length > 0 && isDropped) return results;
  const allCalls = [...(Array.isArray(calls) ? calls : []), ...blockCalls];
  const answer = {
    ...message,
    content: isAnswer && isDropped ? null : parts,
    ...(allCalls.length > 0 && { tool_calls: allCalls }),
  };
  return [...results, answer];
}

function isBlock(part: unknown, type: string): part is Record<string, unknown> {
  return isRecord(part) && part["type"] === type;
}

function toCall({ id, name, input, ...rest }: Record<string, unknown>): object {
  return {
    id,
    type: "function",
    function: { name, arguments: JSON.stringify(input ?? {}) },
    ...markIn(rest),
  };
}

/** A result may be empty; in Chat Completions that is an empty text. */
function toResult({
  tool_use_id: callId,
  content,
  is_error: isError,
  ...rest
}: Record<string, unknown>): object {
  const isEmpty =
    content === undefined || content === null || (Array.isArray(content) && content.length === 0);
  const parts = Array.isArray(content) ? content.map(toChatPart) : content;
  return {
    role: "tool",
    tool_call_id: callId,
    content: isEmpty ? "" : parts,
    ...(isError === true && { is_error: true }),
    ...markIn(rest),
  };
}

/** Thinking of earlier answers, which is of no use to Claude here. */
const THINKING: ReadonlySet<unknown> = new Set([
  "thinking",
  "redacted_thinking",
  "reasoning",
  "reasoning_text",
  "summary_text",
]);

function isThinking(part: unknown): boolean {
  return isRecord(part) && THINKING.has(part["type"]);
}

/** Converts a content part to the shape of Chat Completions; a part of no other known shape stays unchanged. */
function toChatPart(part: unknown): unknown {
  if (!isRecord(part)) return part;
  const converted = convertPart(part);
  return converted === part ? part : { ...converted, ...markIn(part) };
}

/** The mark for the prompt cache keeps its name. */
function markIn({ cache_control }: Record<string, unknown>): object {
  return cache_control === undefined ? {} : { cache_control };
}

function convertPart(part: Record<string, unknown>): object {
  switch (part["type"]) {
    case "input_text":
    case "output_text":
      return { type: "text", text: part["text"] };
    case "input_image":
      return toImage(part["image_url"], part) ?? toFile(part) ?? part;
    case "image_url":
      return typeof part["image_url"] === "string" ? (toImage(part["image_url"], part) ?? part) : part;
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

/** The URL that Anthropic's source stands for. */
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
