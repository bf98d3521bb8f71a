import type { TokenCount } from "../../core/ports/token-counter.ts";
import type { AppContext } from "../app-env.ts";

/** Sets the response headers to what is known of the turn so far. */
export function setTurnHeaders(context: AppContext): void {
  const { conversationName, placement, ignored, isContinuedByName } = context.var.record;
  if (conversationName !== undefined) context.header("X-Conversation-ID", conversationName);
  if (placement !== undefined) context.header("X-Turnpike-Placement", placement);
  if (isContinuedByName) context.header("X-Turnpike-Continued", "by-name");
  if (ignored?.length) context.header("X-Turnpike-Ignored", ignored.join(","));
}

/** Says who counted the tokens. */
export function setCountHeader(context: AppContext, { source }: TokenCount): void {
  context.header("X-Turnpike-Token-Count", source);
}
