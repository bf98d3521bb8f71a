import type { Message } from "../words/message.ts";
import type { TurnRequest } from "../words/turn-request.ts";

/**
 * Whether the client works with tools of its own: it declares them, or says explicitly that there are none this time, or its
 * history contains calls of them. Client agents summarise, title and compact their conversations without declaring any.
 */
export function hasClientTools({ tools, messages }: Pick<TurnRequest, "tools" | "messages">): boolean {
  return tools.isSentEmpty === true || tools.list.length > 0 || messages.some(usesClientTools);
}

/** Whether a message contains a call of a client tool, or its result. */
export function usesClientTools({ content }: Message): boolean {
  return content.some(({ type }) => type === "tool-call" || type === "tool-result");
}
