import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { blocksOf, isStableSystemBlock } from "./messages-body.ts";
import type { ContentBlock, MessagesBody } from "./messages-body.ts";
import { hashText } from "./thinking-seal.ts";
import type { ThinkingPrefix } from "./thinking-seal.ts";

/**
 * Follows a conversation block by block and hashes everything before the current position. As in the API, these do not count:
 * cache marks, which move with every turn; whether a text is a string or a block; how one speaker's blocks are split into
 * messages; the effort. Thinking is hashed separately from the rest, since leading thinking blocks may be left out.
 */
export class PrefixHasher {
  readonly #system: string;
  readonly #tools: string;
  readonly #messages: Hash = createHash("sha1");
  #previous = "";

  constructor(body: MessagesBody) {
    const { system = [] } = body;
    const blocks = typeof system === "string" ? [{ type: "text", text: system }] : system;
    this.#system = hashJson(blocks.filter(isStableSystemBlock).map(canonical));
    this.#tools = hashJson((body.tools ?? []).map(canonical));
  }

  get prefix(): ThinkingPrefix {
    return {
      system: this.#system,
      tools: this.#tools,
      messages: this.#messages.copy().digest("base64"),
      previous: this.#previous,
    };
  }

  add(role: string, block: ContentBlock): void {
    if (isThinkingBlock(block)) {
      this.#previous = hashText(String(sealOf(block)));
    } else if (block.type !== "text" || block["text"] !== "") {
      this.#messages.update(role).update(JSON.stringify(canonical(block)));
    }
  }
}

export interface SealedBlock {
  block: ContentBlock;
  /** The index of the message, and of the block in it. */
  message: number;
  position: number;
  prefix: ThinkingPrefix;
}

/** Each thinking block of a request with the prefix before it, and the prefix before the answer. */
export function followThinking(body: MessagesBody): { blocks: SealedBlock[]; hasher: PrefixHasher } {
  const hasher = new PrefixHasher(body);
  const blocks: SealedBlock[] = [];
  for (const [message, { role, ...rest }] of body.messages.entries()) {
    for (const [position, block] of blocksOf({ role, ...rest }).entries()) {
      if (isThinkingBlock(block)) blocks.push({ block, message, position, prefix: hasher.prefix });
      hasher.add(role, block);
    }
  }
  return { blocks, hasher };
}

export function isThinkingBlock(block: { type: string }): boolean {
  return block.type === "thinking" || block.type === "redacted_thinking";
}

/** The field of a thinking block that carries its seal. */
export function sealOf(block: ContentBlock): unknown {
  return block.type === "thinking" ? block["signature"] : block["data"];
}

/** A part without its cache mark and empty fields, its own fields sorted; nested values stay as they are. */
function canonical(part: Readonly<Record<string, unknown>>): unknown {
  const entries = Object.entries(part)
    .filter(([name, value]) => name !== "cache_control" && value !== null && value !== undefined)
    .map(([name, value]) => [name, name === "content" ? canonicalContent(value) : value] as const);
  return entries.toSorted(([left], [right]) => (left < right ? -1 : 1));
}

function canonicalContent(content: unknown): unknown {
  if (typeof content === "string") return [canonical({ type: "text", text: content })];
  // Proof: in a block that has a `content` list, the list holds blocks.
  return Array.isArray(content) ? (content as ContentBlock[]).map(canonical) : content;
}

function hashJson(value: unknown): string {
  return hashText(JSON.stringify(value));
}
