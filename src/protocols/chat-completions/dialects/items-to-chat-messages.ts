import { isRecord } from "../../../lib/is-record.ts";
import { RequestError } from "../../request-error.ts";
import { wrapTextInput } from "./text-tools.ts";

type Item = Readonly<Record<string, unknown>>;

const RESULTS: ReadonlySet<unknown> = new Set(["function_call_output", "custom_tool_call_output"]);

/**
 * Converts the input of the Responses API, a text or items, to messages of Chat Completions. What the assistant says and calls
 * between two inputs becomes one message.
 * @throws RequestError for an item that has no counterpart
 */
export function itemsToChatMessages(input: unknown): unknown {
  if (typeof input === "string") return [{ role: "user", content: input }];
  if (!Array.isArray(input)) return input;
  const messages: unknown[] = [];
  /** What the assistant has said and called since the last input. */
  let answer: { content: unknown[]; tool_calls: unknown[] } | undefined;
  const flush = () => {
    if (answer && answer.content.length + answer.tool_calls.length > 0) {
      const { content, tool_calls: calls } = answer;
      messages.push({
        role: "assistant",
        content: content.length > 0 ? content : null,
        ...(calls.length > 0 && { tool_calls: calls }),
      });
    }
    answer = undefined;
  };
  input.forEach((item: unknown, index) => {
    if (!isRecord(item)) {
      messages.push(item);
      return;
    }
    const type = item["type"] ?? "message";
    if (type === "message" && item["role"] === "assistant") {
      answer ??= { content: [], tool_calls: [] };
      answer.content.push(...partsOf(item["content"]));
      if (Array.isArray(item["tool_calls"])) answer.tool_calls.push(...item["tool_calls"]);
    } else if (type === "function_call" || type === "custom_tool_call") {
      answer ??= { content: [], tool_calls: [] };
      answer.tool_calls.push(toCall(item));
    } else if (type !== "reasoning") {
      flush();
      messages.push(toInput(item, type, index));
    }
  });
  flush();
  return messages;
}

function toInput(item: Item, type: unknown, index: number): unknown {
  if (type === "message") {
    const { type: _, id: _id, status: _status, ...message } = item;
    return message;
  }
  if (RESULTS.has(type)) return { role: "tool", tool_call_id: item["call_id"], content: item["output"] };
  throw new RequestError(
    "invalid_value",
    `Invalid value: 'input[${index}]' is an item of type '${String(type).slice(0, 64)}', which /v1/chat/completions does not understand. Send it to /v1/responses.`,
    `input[${index}].type`,
  );
}

function partsOf(content: unknown): readonly unknown[] {
  if (Array.isArray(content)) return content;
  return typeof content === "string" && content !== "" ? [{ type: "text", text: content }] : [];
}

function toCall(item: Item): object {
  const { call_id: id, name, arguments: given, input } = item;
  const text =
    item["type"] === "custom_tool_call" && typeof input === "string" ? wrapTextInput(input) : given;
  return { id, type: "function", function: { name, arguments: text } };
}
