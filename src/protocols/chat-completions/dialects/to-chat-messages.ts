import { isRecord } from "../../../lib/is-record.ts";
import { isThinking, toChatPart } from "./to-chat-part.ts";
import { wrapTextCalls } from "./text-tools.ts";

/**
 * A message in the shape of Chat Completions. Anthropic's blocks for calls and results stand inside of content: a call becomes one
 * of `tool_calls`, and results become messages of their own, in front of what else the user says there.
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

function toCall({ id, name, input }: Record<string, unknown>): object {
  return { id, type: "function", function: { name, arguments: JSON.stringify(input ?? {}) } };
}

/** A result may be empty, which a message of Chat Completions says with an empty text. */
function toResult({ tool_use_id: callId, content, is_error: isError }: Record<string, unknown>): object {
  const isEmpty =
    content === undefined || content === null || (Array.isArray(content) && content.length === 0);
  const parts = Array.isArray(content) ? content.map(toChatPart) : content;
  return {
    role: "tool",
    tool_call_id: callId,
    content: isEmpty ? "" : parts,
    ...(isError === true && { is_error: true }),
  };
}
