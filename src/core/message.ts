/**
 * The neutral form of a conversation. Protocols parse their wire into it; the store keeps it; an engine turns it into
 * Claude's own message structure.
 */

export interface TextPart {
  readonly type: "text";
  readonly text: string;
}

/** What a message may hold. Images, files and tool parts join this union. */
export type ContentPart = TextPart;

/** `system` stands for OpenAI's system and developer role wherever it appears after the first user message. */
export type MessageRole = "system" | "user" | "assistant";

export interface Message {
  readonly role: MessageRole;
  readonly content: readonly ContentPart[];
}

/** The text of a message, its parts joined without a separator. */
export function messageText(message: Message): string {
  return message.content.map((part) => part.text).join("");
}
