import type { Message } from "../../../core/words/message.ts";
import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import { thinkingModelOf, toAnswerBlocks } from "./content-blocks.ts";
import { toUserContent } from "./user-content.ts";

/**
 * A neutral history as Claude's own: user and assistant messages in order. Everything between two answers becomes one user
 * message, with tool results first. Empty answers and blank messages are left out, since the Messages API refuses them. It also
 * refuses a history that begins with an answer, so a greeting that a client shows by itself gets a user message before it.
 */
export function toTranscript(messages: readonly Message[]): readonly TranscriptEntry[] {
  const entries: TranscriptEntry[] = [];
  let pending: Message[] = [];
  const flush = () => {
    const content = toUserContent(pending);
    if (content !== "") entries.push({ role: "user", content });
    pending = [];
  };
  for (const message of messages) {
    if (message.role !== "assistant") {
      pending.push(message);
      continue;
    }
    const blocks = toAnswerBlocks(message.content);
    // Thinking alone is no answer.
    if (!blocks.some((block) => block.type === "text" || block.type === "tool_use")) continue;
    flush();
    if (entries.length === 0) entries.push({ role: "user", content: "(The conversation begins.)" });
    const model = thinkingModelOf(message.content);
    entries.push({ role: "assistant", content: blocks, ...(model !== undefined && { model }) });
  }
  flush();
  return entries;
}
