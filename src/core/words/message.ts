import type { Markable } from "./cache-mark.ts";

/**
 * The neutral form of a conversation. Protocols parse their wire format into it; the store keeps it; an engine converts it to
 * Claude's own message structure.
 */

export interface TextPart extends Markable {
  readonly type: "text";
  readonly text: string;
}

/** `data` is base64 without white space; a URL is passed on, never fetched here. */
export type MediaSource =
  | { readonly type: "base64"; readonly mediaType: string; readonly data: string }
  | { readonly type: "url"; readonly url: string };

export interface ImagePart extends Markable {
  readonly type: "image";
  readonly source: MediaSource;
}

/** A PDF, or plain text sent as a file. */
export interface DocumentPart extends Markable {
  readonly type: "document";
  readonly source: MediaSource | { readonly type: "text"; readonly text: string };
  /** The file's name, when the client gave one. */
  readonly title?: string;
}

/** Claude asked the client to run one of the client's own tools. */
export interface ToolCallPart extends Markable {
  readonly type: "tool-call";
  readonly callId: string;
  readonly name: string;
  /** JSON text, as Claude wrote it or as the client sent it back. */
  readonly arguments: string;
}

/** The result of a client's tool. */
export interface ToolResultPart extends Markable {
  readonly type: "tool-result";
  readonly callId: string;
  readonly content: readonly InputPart[];
  readonly isError?: true;
}

/** Claude's thinking, sealed by its signature; only the model that produced it can use it. */
export interface ThinkingPart {
  readonly type: "thinking";
  readonly text: string;
  readonly signature: string;
  /** The API's name of the model; absent when the client does not give it. */
  readonly model?: string;
}

export interface RedactedThinkingPart {
  readonly type: "redacted-thinking";
  readonly data: string;
  readonly model?: string;
}

/** The content that a person or a program may send. */
export type InputPart = TextPart | ImagePart | DocumentPart;
/** The content that Claude may produce. */
export type AnswerPart = TextPart | ToolCallPart | ThinkingPart | RedactedThinkingPart;
export type ContentPart = InputPart | AnswerPart | ToolResultPart;

/** `system` stands for OpenAI's system and developer roles, wherever they appear after the first user message. */
export interface InputMessage {
  readonly role: "system" | "user";
  readonly content: readonly InputPart[];
}

export interface AnswerMessage {
  readonly role: "assistant";
  readonly content: readonly AnswerPart[];
}

/** Results of client tools; follows directly after the answer that called them. */
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

/** The calls in an answer that the client must run, in order. */
export function toolCallsOf(message: Message | undefined): readonly ToolCallPart[] {
  if (message?.role !== "assistant") return [];
  return message.content.filter((part) => part.type === "tool-call");
}
