/**
 * The neutral form of a conversation. Protocols parse their wire into it; the store keeps it; an engine turns it into
 * Claude's own message structure.
 */

export interface TextPart {
  readonly type: "text";
  readonly text: string;
}

/** `data` is base64 without white space; a URL is handed on, never fetched here. */
export type MediaSource =
  | { readonly type: "base64"; readonly mediaType: string; readonly data: string }
  | { readonly type: "url"; readonly url: string };

export interface ImagePart {
  readonly type: "image";
  readonly source: MediaSource;
}

/** A PDF, or a plain text that came as a file. */
export interface DocumentPart {
  readonly type: "document";
  readonly source: MediaSource | { readonly type: "text"; readonly text: string };
  /** The file's name, when the client gave one. */
  readonly title?: string;
}

/** Claude asked the client to run one of the client's own tools. */
export interface ToolCallPart {
  readonly type: "tool-call";
  readonly callId: string;
  readonly name: string;
  /** JSON text, as Claude wrote it or as the client sent it back. */
  readonly arguments: string;
}

/** What the client's tool gave. */
export interface ToolResultPart {
  readonly type: "tool-result";
  readonly callId: string;
  readonly content: readonly InputPart[];
  readonly isError?: true;
}

/** Claude's thinking, sealed by its signature; means something to the model that thought it only. */
export interface ThinkingPart {
  readonly type: "thinking";
  readonly text: string;
  readonly signature: string;
  /** As the API names it; unknown when the client does not say. */
  readonly model?: string;
}

export interface RedactedThinkingPart {
  readonly type: "redacted-thinking";
  readonly data: string;
  readonly model?: string;
}

/** What a person or a program may say. */
export type InputPart = TextPart | ImagePart | DocumentPart;
/** What Claude may say. */
export type AnswerPart = TextPart | ToolCallPart | ThinkingPart | RedactedThinkingPart;
export type ContentPart = InputPart | AnswerPart | ToolResultPart;

/** `system` stands for OpenAI's system and developer role wherever it appears after the first user message. */
export interface InputMessage {
  readonly role: "system" | "user";
  readonly content: readonly InputPart[];
}

export interface AnswerMessage {
  readonly role: "assistant";
  readonly content: readonly AnswerPart[];
}

/** Results of client tools; stands right after the answer that called them. */
export interface ToolMessage {
  readonly role: "tool";
  readonly content: readonly ToolResultPart[];
}

export type Message = InputMessage | AnswerMessage | ToolMessage;
export type MessageRole = Message["role"];

/** The text of a message, its text parts joined without a separator. */
export function messageText(message: Message): string {
  return message.content.map((part) => (part.type === "text" ? part.text : "")).join("");
}

/** The calls that an answer leaves to the client, in order. */
export function toolCallsOf(message: Message | undefined): readonly ToolCallPart[] {
  if (message?.role !== "assistant") return [];
  return message.content.filter((part) => part.type === "tool-call");
}
