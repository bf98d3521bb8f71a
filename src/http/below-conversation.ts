import type { AppContext } from "./app-env.ts";

/** What hangs on a conversation by its last part. */
type Suffix = "changes" | "diff" | "apply";

/**
 * The route of something that hangs on a conversation, such as `/conversations/{name or id}/changes`. Names may hold slashes,
 * so it goes before the route of conversations themselves; who asks for a conversation whose own name ends in such a part sends
 * that slash as %2F.
 */
export function belowConversation<Name extends Suffix>(suffix: Name): `/conversations/:path{.+/${Name}}` {
  return `/conversations/:path{.+/${suffix}}`;
}

/** The conversation's name or id on such a route. */
export function conversationAbove(context: AppContext, suffix: Suffix): string {
  return (context.req.param("path") ?? "").slice(0, -1 - suffix.length);
}
