import { createId } from "./create-id.ts";
import type { Block, Chunk, MessageReply, RefusalDetails, Step } from "./reply.ts";

interface ChunkOptions {
  /** The exact pieces, with steps between them if wanted. Takes precedence over the text. */
  chunks?: readonly Chunk[];
  /** Characters per piece when the text is split automatically. Default 20. */
  chunkSize?: number;
  /** Pause between two pieces. Default none. */
  delayMs?: number;
}

interface ReplyOptions {
  blocks: readonly (Block | Step)[];
  beforeHeaders?: readonly Step[];
  beforeStart?: readonly Step[];
  /** Default: `tool_use` when the reply calls a tool, else `end_turn`. */
  stopReason?: string;
  stopSequence?: string;
  stopDetails?: RefusalDetails;
  usage?: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, string>>;
}

/** A reply of a single text block. */
export function text(content: string, options?: ChunkOptions): MessageReply {
  return reply({ blocks: [textBlock(content, options)] });
}

export function reply(options: ReplyOptions): MessageReply {
  const callsTool = options.blocks.some((block) => block.type === "tool_use");
  return {
    type: "message",
    beforeHeaders: options.beforeHeaders ?? [],
    beforeStart: options.beforeStart ?? [],
    blocks: options.blocks,
    stopReason: options.stopReason ?? (callsTool ? "tool_use" : "end_turn"),
    stopSequence: options.stopSequence ?? null,
    stopDetails: options.stopDetails ?? null,
    usage: options.usage ?? {},
    headers: options.headers ?? {},
  };
}

/**
 * The model declines: a 200 that ends with `refusal`. If it declined before saying anything, there are no blocks; otherwise the
 * client must discard what was said.
 */
export function refusal(
  details: Partial<RefusalDetails> = {},
  blocks: readonly (Block | Step)[] = [],
): MessageReply {
  const explanation = "This request may violate our Usage Policy.";
  const stopDetails = { category: null, explanation, ...details };
  return reply({ blocks, stopReason: "refusal", stopDetails });
}

export function textBlock(content: string, options: ChunkOptions = {}): Block {
  return { type: "text", chunks: chunksOf(content, options) };
}

/** The scripted model adds the signature when it sends the block; `tagOf` reads the tag from the signature. */
export function thinking(content: string, options: ChunkOptions & { tag?: string } = {}): Block {
  return { type: "thinking", chunks: chunksOf(content, options), tag: options.tag ?? "", signature: "" };
}

/** `chunks`, when given, must join to the JSON of the input that the test wants on the wire. */
export function toolUse(name: string, input: unknown, options: ChunkOptions & { id?: string } = {}): Block {
  const id = options.id ?? createId("toolu_01");
  return { type: "tool_use", id, name, chunks: chunksOf(JSON.stringify(input), options) };
}

export function wholeBlock(block: Readonly<Record<string, unknown>> & { type: string }): Block {
  return { type: "whole", block };
}

function chunksOf(content: string, options: ChunkOptions): readonly Chunk[] {
  const pieces = options.chunks ?? splitText(content, options.chunkSize ?? 20);
  const { delayMs } = options;
  if (delayMs === undefined) return pieces;
  return pieces.flatMap((piece, index) =>
    index === 0 ? [piece] : [{ type: "pause" as const, ms: delayMs }, piece],
  );
}

function splitText(content: string, size: number): string[] {
  const pieces: string[] = [];
  let start = 0;
  while (start < content.length) {
    let end = Math.min(start + size, content.length);
    // Never between the halves of a surrogate pair: the API sends whole characters.
    if (isHighSurrogate(content.charCodeAt(end - 1)) && end < content.length) end += 1;
    pieces.push(content.slice(start, end));
    start = end;
  }
  return pieces;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
