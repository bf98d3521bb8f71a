import { type Message, messageText } from "../../core/words/message.ts";
import { isRecord } from "../../lib/is-record.ts";
import type { TranscriptEntry } from "../../core/words/transcript.ts";
import { SERVER_NAME } from "./contract.ts";

/** What one event says. */
export interface EventContent {
  /** The client's system text, when Claude has not been told it in this conversation. */
  readonly systemText: string;
  /** What was said before, as far as Claude has not seen it in this session. */
  readonly history: readonly TranscriptEntry[];
  readonly messages: readonly Message[];
}

/**
 * An event as text. A message alone stands for itself; where there is more to tell, each part has a heading, so that Claude can
 * tell what it is asked now from what was said before.
 */
export function renderEvent({ systemText, history, messages }: EventContent): string {
  const now = messages.map((message) =>
    message.role === "system"
      ? `[Instructions of the program]\n${messageText(message)}`
      : messageText(message),
  );
  const before = [
    ...(systemText === "" ? [] : [`[Instructions of the program for this conversation]\n${systemText}`]),
    ...(history.length === 0
      ? []
      : [
          `[Said earlier in this conversation, outside of this session]\n${history.map(renderEntry).join("\n\n")}`,
        ]),
  ];
  const asked = now.join("\n\n");
  return escapeEnd(before.length === 0 ? asked : [...before, `[Now]\n${asked}`].join("\n\n"));
}

/** The tag that marks an event, as channels write it; for transports that leave it to the sender. */
export function tagEvent(text: string, attributes: Readonly<Record<string, string>>): string {
  const all = Object.entries({ source: SERVER_NAME, ...attributes });
  const written = all.map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`).join("");
  return `<channel${written}>\n${text}\n</channel>`;
}

/** What a message becomes in a history that is told as text. */
export function toTextEntries(messages: readonly Message[]): readonly TranscriptEntry[] {
  return messages.map((message): TranscriptEntry => {
    const role = message.role === "assistant" ? "assistant" : "user";
    return { role, content: message.content.map(describePart).join("") };
  });
}

function describePart(part: Message["content"][number]): string {
  switch (part.type) {
    case "text":
      return part.text;
    case "tool-call":
      return `[called the program's tool ${part.name} with ${part.arguments}]`;
    case "tool-result":
      return `[result of the program's tool: ${part.content.map(describePart).join("")}]`;
    case "image":
    case "document":
      return `[${part.type === "image" ? "an image" : "a file"} that cannot be shown here]`;
    default:
      return "";
  }
}

function renderEntry({ role, content }: TranscriptEntry): string {
  return `${role === "assistant" ? "You" : "The program"}: ${entryText(content)}`;
}

/** Entries on record may be another engine's, made of blocks. */
function entryText(content: TranscriptEntry["content"]): string {
  if (typeof content === "string") return content;
  return content
    .map((block) => (isRecord(block) && typeof block["text"] === "string" ? block["text"] : ""))
    .join("");
}

/** Without this, a text that holds the end of the tag could go on with an event of its own. */
function escapeEnd(text: string): string {
  return text.replaceAll(/<(?=\/\s*channel)/gi, "<\\");
}

function escapeAttribute(value: string): string {
  return value
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
