import type { AppContext } from "./app-env.ts";

/** The last path segment, which says what of a conversation is meant. */
type Suffix = "changes" | "diff" | "apply";

/**
 * The route of something below a conversation, such as `/conversations/{name or id}/changes`. Names may contain slashes, so this
 * route goes before the one of conversations themselves; to ask for a conversation whose own name ends in such a segment, clients
 * send that slash as %2F.
 */
export function belowConversation<Name extends Suffix>(suffix: Name): `/conversations/:path{.+/${Name}}` {
  return `/conversations/:path{.+/${suffix}}`;
}

/** The conversation's name or id on such a route. */
export function conversationAbove(context: AppContext, suffix: Suffix): string {
  return (context.req.param("path") ?? "").slice(0, -1 - suffix.length);
}
