import type { AppContext } from "./app-env.ts";

/** Puts what is known of the turn by now into the response's headers. */
export function setTurnHeaders(context: AppContext): void {
  const { conversationName, placement, ignored } = context.var.record;
  if (conversationName !== undefined) context.header("X-Conversation-ID", conversationName);
  if (placement !== undefined) context.header("X-Turnpike-Placement", placement);
  if (ignored?.length) context.header("X-Turnpike-Ignored", ignored.join(","));
}
