/** The body of `POST /v1/messages`, as far as the scripted model reads it. */
export interface MessagesBody {
  model: string;
  max_tokens: number;
  messages: readonly RequestMessage[];
  stream?: boolean;
  system?: string | readonly ContentBlock[];
  tools?: readonly RequestTool[];
  thinking?: { type: string };
  [field: string]: unknown;
}

export interface RequestMessage {
  role: "user" | "assistant" | "system";
  content: string | readonly ContentBlock[];
}

export interface ContentBlock {
  type: string;
  [field: string]: unknown;
}

export interface RequestTool {
  name: string;
  [field: string]: unknown;
}

/** A message's content as blocks; a plain string is one text block. */
export function blocksOf(message: RequestMessage): readonly ContentBlock[] {
  return typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content;
}

/** Claude Code's billing header differs from request to request; the API leaves it out of the cache. */
export function isStableSystemBlock(block: ContentBlock): boolean {
  return !String(block["text"]).startsWith("x-anthropic-billing-header");
}
