import type { InputPart, MediaSource, Message, ToolResultPart } from "../../../core/words/message.ts";
import { messageText, toolCallsOf } from "../../../core/words/message.ts";
import { assertNever } from "../../../lib/assert-never.ts";
import type { WireItem } from "../responses-request.ts";

/**
 * Converts messages of any protocol to items, without ids. `toMessages` restores them, except for thinking, which is dropped, and
 * for whether a tool failed.
 */
export function messagesToItems(messages: readonly Message[]): readonly WireItem[] {
  return messages.flatMap((message): readonly WireItem[] => {
    switch (message.role) {
      case "system":
      case "user":
        return [{ type: "message", role: message.role, content: message.content.map(partOf) }];
      case "assistant":
        return answerItems(message);
      case "tool":
        return message.content.map(outputItem);
      default:
        return assertNever(message);
    }
  });
}

function answerItems(message: Message): readonly WireItem[] {
  const text = messageText(message);
  const calls = toolCallsOf(message).map(({ callId, name, arguments: json }): WireItem => ({
    type: "function_call",
    call_id: callId,
    name,
    arguments: json,
  }));
  if (text === "" && calls.length > 0) return calls;
  return [{ type: "message", role: "assistant", content: [{ type: "output_text", text }] }, ...calls];
}

function outputItem({ callId, content }: ToolResultPart): WireItem {
  const [first, ...others] = content;
  const isText = first?.type === "text" && others.length === 0;
  return {
    type: "function_call_output",
    call_id: callId,
    output: isText ? first.text : content.map(partOf),
  };
}

function partOf(part: InputPart) {
  switch (part.type) {
    case "text":
      return { type: "input_text", text: part.text };
    case "image":
      return { type: "input_image", image_url: urlOf(part.source), detail: "auto" };
    case "document": {
      const name = part.title === undefined ? {} : { filename: part.title };
      const { source } = part;
      if (source.type === "url") return { type: "input_file", file_url: source.url, ...name };
      const data = source.type === "text" ? Buffer.from(source.text).toString("base64") : source.data;
      const mediaType = source.type === "text" ? "text/plain" : source.mediaType;
      return { type: "input_file", file_data: `data:${mediaType};base64,${data}`, ...name };
    }
    default:
      return assertNever(part);
  }
}

function urlOf(source: MediaSource): string {
  return source.type === "url" ? source.url : `data:${source.mediaType};base64,${source.data}`;
}
