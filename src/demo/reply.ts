import type { Gate } from "./gate.ts";

/**
 * What the scripted model answers: plain data, made by the functions in `build-reply.ts` and
 * `build-fault.ts`. The same reply serves streaming and non-streaming requests.
 */
export type Reply = MessageReply | HttpReply | Step;

export interface MessageReply {
  type: "message";
  /** Performed before the status line is sent. */
  beforeHeaders: readonly Step[];
  /** Performed after the headers, before `message_start`. */
  beforeStart: readonly Step[];
  /** Content blocks in order; steps may stand between them. */
  blocks: readonly (Block | Step)[];
  stopReason: string;
  stopSequence: string | null;
  /** Only with the stop reason `refusal`. */
  stopDetails: RefusalDetails | null;
  /** Overrides single fields of the estimated usage. */
  usage: Readonly<Record<string, unknown>>;
  headers: Readonly<Record<string, string>>;
}

/** A complete HTTP answer that is not a message: an error status, an HTML page, nothing at all. */
export interface HttpReply {
  type: "http";
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** A piece of a block's text, or something to do at that point of the text. */
export type Chunk = string | Step;

export type Block =
  | { type: "text"; chunks: readonly Chunk[] }
  | {
      type: "thinking";
      chunks: readonly Chunk[];
      /** Lets a test recognize the block: the signature carries it. */
      tag: string;
      /** Empty until the model seals the block. */
      signature: string;
      /** What the thinking cost, if that differs from the size of the text shown. */
      tokens?: number;
      /** Said to the user between two tool calls, so it may be shown when other thinking is not. */
      isUpdate?: boolean;
    }
  | { type: "tool_use"; id: string; name: string; chunks: readonly Chunk[] }
  /** A block that is sent whole in its `content_block_start`, e.g. `redacted_thinking`. */
  | { type: "whole"; block: Readonly<Record<string, unknown>> & { type: string } };

/**
 * Something the model does besides producing content. As a reply of its own a step is performed
 * before the headers.
 */
export type Step =
  | Gate
  | { type: "pause"; ms: number }
  | { type: "ping" }
  /** Writes these characters as they are: malformed events, unknown events, comments. */
  | { type: "raw"; text: string }
  /** Sends an SSE `error` event and ends the stream (an error status if nothing was sent yet). */
  | { type: "error-event"; error: ApiError }
  /** Destroys the socket. */
  | { type: "reset" }
  /** Sends nothing more until the client leaves. */
  | { type: "hang" }
  /** Ends the response cleanly at this point, without the rest of the message. */
  | { type: "truncate" };

export interface ApiError {
  type: string;
  message: string;
  /** Data that a program may act on, e.g. `error_code`; most errors have none. */
  details?: Readonly<Record<string, unknown>>;
}

/** Why the model declined; `category` is null where no named policy applies. */
export interface RefusalDetails {
  category: "cyber" | "bio" | "frontier_llm" | "reasoning_extraction" | "general_harms" | null;
  explanation: string | null;
}
