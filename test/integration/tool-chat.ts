import type {
  ChatCompletion,
  ChatCompletionAssistantMessageParam,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionFunctionTool,
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionMessageParam,
  ChatCompletionToolMessageParam,
} from "openai/resources";

import { expectChatCompletion } from "../schema/expect-openai.ts";
import type { Turnpike } from "./start-turnpike.ts";

export function functionTool(
  name: string,
  parameters: Record<string, unknown> = { type: "object", properties: {} },
  more: { description?: string; strict?: boolean } = {},
): ChatCompletionFunctionTool {
  return { type: "function", function: { name, parameters, ...more } };
}

export const WEATHER = functionTool(
  "get_weather",
  { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  { description: "The weather in a city." },
);

/** A result for each call of an answer. */
export function resultsFor(
  answer: ChatCompletionAssistantMessageParam,
  result: (
    call: ChatCompletionMessageFunctionToolCall,
    index: number,
  ) => ChatCompletionToolMessageParam["content"],
): ChatCompletionToolMessageParam[] {
  const calls = (answer.tool_calls ?? []).filter((call) => call.type === "function");
  return calls.map((call, index) => ({
    role: "tool",
    tool_call_id: call.id,
    content: result(call, index),
  }));
}

export interface ToolAnswer {
  readonly message: ChatCompletionAssistantMessageParam;
  readonly text: string | null;
  readonly calls: readonly ChatCompletionMessageFunctionToolCall[];
  readonly finishReason: string | undefined;
  readonly placement: string | null;
  readonly conversation: string;
  readonly body: ChatCompletion;
}

type Options = Partial<Omit<ChatCompletionCreateParamsNonStreaming, "messages">> & { conversation?: string };

/** One chat completion with tools, through the official client. */
export async function askWithTools(
  turnpike: Turnpike,
  messages: readonly ChatCompletionMessageParam[],
  { conversation, ...options }: Options = {},
): Promise<ToolAnswer> {
  const { data, response } = await turnpike.openai.chat.completions
    .create(
      { model: "sonnet", tools: [WEATHER], ...options, messages: [...messages] },
      conversation === undefined ? {} : { headers: { "x-conversation-id": conversation } },
    )
    .withResponse();
  expectChatCompletion(data);
  const [choice] = data.choices;
  if (!choice) throw new Error("There is no choice.");
  const { content, tool_calls: calls } = choice.message;
  return {
    message: { role: "assistant", content, ...(calls ? { tool_calls: calls } : {}) },
    text: content,
    calls: (calls ?? []).filter((call) => call.type === "function"),
    finishReason: choice.finish_reason,
    placement: response.headers.get("x-turnpike-placement"),
    conversation: response.headers.get("x-conversation-id") ?? "",
    body: data,
  };
}
