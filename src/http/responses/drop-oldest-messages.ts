import { estimateTokens } from "../../core/estimate-tokens.ts";
import { NO_CLIENT_TOOLS } from "../../core/client-tool.ts";
import type { Message } from "../../core/message.ts";

/**
 * The newer half of a conversation that is too long, beginning with something that a person said, so that no result stands
 * without its call. Undefined when nothing can be left out.
 */
export function dropOldestMessages(messages: readonly Message[]): readonly Message[] | undefined {
  const sizes = messages.map((message) =>
    estimateTokens({ systemText: "", messages: [message], tools: NO_CLIENT_TOOLS }),
  );
  const half = sizes.reduce((total, size) => total + size, 0) / 2;
  const starts = messages.flatMap((message, index) => (message.role === "user" && index > 0 ? [index] : []));
  const sizeFrom = (start: number) => sizes.slice(start).reduce((total, size) => total + size, 0);
  const start = starts.find((index) => sizeFrom(index) <= half) ?? starts.at(-1);
  return start === undefined ? undefined : messages.slice(start);
}
