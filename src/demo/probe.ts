import { reply, textBlock } from "./build-reply.ts";
import type { MessagesBody } from "./messages-body.ts";
import type { Reply } from "./reply.ts";

/**
 * Claude Code asks for one token, without streaming, to find out whether a model exists: once per model
 * that `setModel` switches to. A turn that is limited to one token streams.
 */
export function isProbe(body: MessagesBody): boolean {
  return body.max_tokens === 1 && body.stream !== true && body.messages.length === 1;
}

export function probeReply(): Reply {
  return reply({ blocks: [textBlock("I")], stopReason: "max_tokens" });
}
