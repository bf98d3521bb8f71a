import {
  type ChatRequest,
  parseChatRequest,
} from "../../src/protocols/chat-completions/parse-chat-request.ts";
import type { ChatMessagesOptions } from "../../src/protocols/chat-completions/parse-chat-messages.ts";
import { RequestError } from "../../src/protocols/request-error.ts";

export type Body = Readonly<Record<string, unknown>>;

export const HELLO = [{ role: "user", content: "hello" }];

/** What becomes of a chat completion request that says hello, with these fields of its own. */
export function parseChat(extra: Body = {}, options?: ChatMessagesOptions): ChatRequest {
  return parseChatRequest({ model: "sonnet", messages: HELLO, ...extra }, options);
}

/** What is wrong with such a request, as the client is told. */
export function refuseChat(
  extra: Body,
  options?: ChatMessagesOptions,
): { readonly code: string | null; readonly param: string | undefined; readonly message: string } {
  try {
    parseChat(extra, options);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { code: error.code, param: error.info.param, message: error.message };
  }
  throw new Error("The request was accepted.");
}
