import type { ChatCompletionCreateParamsNonStreaming, ChatCompletionMessageParam } from "openai/resources";

import { expectChatCompletion } from "../schema/expect-openai.ts";
import { API_KEY, type Turnpike } from "./start-turnpike.ts";

export interface Answer {
  readonly text: string;
  readonly finishReason: string;
  /** `X-Turnpike-Placement` */
  readonly placement: string | null;
  /** `X-Conversation-ID` */
  readonly conversation: string;
}

export interface AskOptions extends Partial<Omit<ChatCompletionCreateParamsNonStreaming, "messages">> {
  readonly apiKey?: string;
  /** Sent as `X-Conversation-ID`. */
  readonly conversation?: string;
}

/** One chat completion through the official client; model `sonnet` unless told otherwise. */
export async function ask(
  turnpike: Turnpike,
  messages: string | readonly ChatCompletionMessageParam[],
  { apiKey = API_KEY, conversation, ...body }: AskOptions = {},
): Promise<Answer> {
  const { data, response } = await turnpike
    .openaiFor(apiKey)
    .chat.completions.create(
      {
        model: "sonnet",
        messages: typeof messages === "string" ? [user(messages)] : [...messages],
        ...body,
      },
      conversation === undefined ? {} : { headers: { "x-conversation-id": conversation } },
    )
    .withResponse();
  expectChatCompletion(data);
  const [choice] = data.choices;
  return {
    text: choice?.message.content ?? "",
    finishReason: choice?.finish_reason ?? "",
    placement: response.headers.get("x-turnpike-placement"),
    conversation: response.headers.get("x-conversation-id") ?? "",
  };
}

export function user(content: string) {
  return { role: "user" as const, content };
}

export function assistant(content: string) {
  return { role: "assistant" as const, content };
}

export function system(content: string) {
  return { role: "system" as const, content };
}
