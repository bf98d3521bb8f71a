import { messageText, type Message, type MessageRole, type TextPart } from "../../core/message.ts";
import { invalidValue, missingParameter, unsupportedParameter, unsupportedValue } from "../request-error.ts";
import type { ChatContentPartBody, ChatMessageBody } from "./chat-request-schema.ts";

export interface ParsedMessages {
  readonly systemText: string;
  readonly messages: readonly Message[];
}

const ROLES: Readonly<Record<string, MessageRole>> = {
  system: "system",
  developer: "system",
  user: "user",
  assistant: "assistant",
};
const TOOL_ROLES = ["tool", "function"];
const NOT_YET = "Only text is supported for now.";

/**
 * Splits the leading system and developer messages off as system text; the rest stays in order, texts verbatim. With
 * nothing but system messages the last one stays, so that there is something to answer.
 * @throws RequestError naming the part that cannot be served.
 */
export function parseChatMessages(bodies: readonly ChatMessageBody[]): ParsedMessages {
  const parsed = bodies.map((body, index) => parseMessage(body, `messages[${index}]`));
  const firstOther = parsed.findIndex((message) => message.role !== "system");
  const systemCount = firstOther === -1 ? parsed.length - 1 : firstOther;
  return {
    systemText: parsed.slice(0, systemCount).map(messageText).join("\n\n"),
    messages: parsed.slice(systemCount),
  };
}

function parseMessage(body: ChatMessageBody, param: string): Message {
  const role = Object.hasOwn(ROLES, body.role) ? ROLES[body.role] : undefined;
  if (role === undefined) {
    if (TOOL_ROLES.includes(body.role)) {
      throw unsupportedValue(`${param}.role`, body.role, "Client tools are not served yet.");
    }
    throw invalidValue(`${param}.role`, body.role, [...Object.keys(ROLES), ...TOOL_ROLES]);
  }
  if (role !== "assistant") return { role, content: parseContent(body, param) };

  if (body.tool_calls?.length) {
    throw unsupportedParameter(`${param}.tool_calls`, "Client tools are not served yet.");
  }
  if (body.function_call !== undefined && body.function_call !== null) {
    throw unsupportedParameter(`${param}.function_call`, "Client tools are not served yet.");
  }
  if (body.audio !== undefined && body.audio !== null) throw unsupportedParameter(`${param}.audio`, NOT_YET);
  return { role, content: parseAssistantContent(body, param) };
}

/** What the assistant said: its content, and its refusal when it declined. Both may be absent. */
function parseAssistantContent(body: ChatMessageBody, param: string): readonly TextPart[] {
  const hasContent = body.content !== undefined && body.content !== null;
  const refusal: TextPart[] = body.refusal ? [{ type: "text", text: body.refusal }] : [];
  return hasContent ? [...parseContent(body, param), ...refusal] : refusal;
}

function parseContent(body: ChatMessageBody, param: string): readonly TextPart[] {
  const { content } = body;
  if (content === undefined || content === null) throw missingParameter(`${param}.content`);
  if (typeof content === "string") return [{ type: "text", text: content }];
  return content.map((part, index) => parsePart(part, body.role, `${param}.content[${index}]`));
}

function parsePart(part: ChatContentPartBody, role: string, param: string): TextPart {
  switch (part.type) {
    case "text":
      return { type: "text", text: requireText(part.text, `${param}.text`) };
    case "refusal":
      if (role !== "assistant") throw invalidValue(`${param}.type`, part.type, ["text"]);
      return { type: "text", text: requireText(part.refusal, `${param}.refusal`) };
    case "image_url":
    case "input_audio":
    case "file":
      throw unsupportedValue(`${param}.type`, part.type, NOT_YET);
    default:
      throw invalidValue(`${param}.type`, part.type, role === "assistant" ? ["text", "refusal"] : ["text"]);
  }
}

function requireText(text: string | null | undefined, param: string): string {
  if (text === undefined || text === null) throw missingParameter(param);
  return text;
}
