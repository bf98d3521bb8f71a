import type { ToolCallPart } from "../../core/words/message.ts";
import { invalidValue, missingParameter, unsupportedValue } from "../request-error.ts";
import type { ChatMessageBody } from "./chat-request-schema.ts";

/** The calls that an assistant message carries, their arguments verbatim, JSON or not. */
export function parseToolCalls(body: ChatMessageBody, messageParam: string): readonly ToolCallPart[] {
  return (body.tool_calls ?? []).map((call, index) => {
    const param = `${messageParam}.tool_calls[${index}]`;
    const type = call.type ?? "function";
    if (type === "custom") {
      throw unsupportedValue(`${param}.type`, type, "Claude takes tools of type 'function' only.");
    }
    if (type !== "function") throw invalidValue(`${param}.type`, type, ["function", "custom"]);
    if (!call.function) throw missingParameter(`${param}.function`);
    const { name, arguments: text } = call.function;
    return { type: "tool-call", callId: call.id, name, arguments: text };
  });
}

/**
 * The call in the older `function_call`, which has no id. It gets one that tells its place in the conversation, so that it is
 * the same whenever the client sends the history again.
 */
export function parseFunctionCall(body: ChatMessageBody, index: number): ToolCallPart | undefined {
  if (!body.function_call) return undefined;
  const { name, arguments: text } = body.function_call;
  return { type: "tool-call", callId: `function_call_${index}`, name, arguments: text };
}
