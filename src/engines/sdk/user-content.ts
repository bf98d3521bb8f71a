import type { Message } from "../../core/message.ts";

/** A block of a user message in the Anthropic Messages API. */
export interface TextBlock {
  readonly type: "text";
  readonly text: string;
}

/**
 * New messages as the content of one user message. A single text stays a string, as Claude Code itself writes it; several
 * become one block each, in order. The Messages API has no system role inside a conversation, so a system or developer
 * message that comes after the first user message becomes a marked block in its place.
 */
export function toUserContent(messages: readonly Message[]): string | readonly TextBlock[] {
  const blocks = messages.flatMap((message) =>
    message.content.map((part): TextBlock => ({
      type: "text",
      text: message.role === "system" ? markSystem(part.text) : part.text,
    })),
  );
  const [first] = blocks;
  if (first === undefined) return "";
  return blocks.length === 1 ? first.text : blocks;
}

function markSystem(text: string): string {
  return `<system>\n${text}\n</system>`;
}
