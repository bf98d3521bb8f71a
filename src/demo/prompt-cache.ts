import { createHash } from "node:crypto";
import { isRecord } from "../lib/is-record.ts";
import { blocksOf, isStableSystemBlock } from "./messages-body.ts";
import type { ContentBlock, MessagesBody } from "./messages-body.ts";
import { systemBlocks } from "./rules/api-request.ts";
import { blockSize, toolsSize } from "./rules/count-input-tokens.ts";
import type { ModelRules } from "./rules/model-rules.ts";

export interface InputUsage {
  input_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
  cache_creation: { ephemeral_5m_input_tokens: number; ephemeral_1h_input_tokens: number };
}

interface Prefix {
  hash: string;
  /** Size of the prompt up to the end of this part. */
  tokens: number;
  isBreakpoint: boolean;
  /** Kept for an hour instead of five minutes. */
  isLong: boolean;
}

const maxPrefixes = 4096;

/**
 * Imitates prompt caching, so that a conversation which continues unchanged reports cache reads and one
 * whose history was rewritten does not. As in the API, only what stands before a `cache_control` mark
 * is cached.
 */
export class PromptCache {
  /** Hashes of known prompt prefixes, least recently used first; the oldest leave when it is full. */
  readonly #known = new Set<string>();

  measure(body: MessagesBody, model: ModelRules): InputUsage {
    const prefixes = prefixesOf(body, model);
    const total = prefixes.at(-1)?.tokens ?? 0;
    const cacheable = prefixes.slice(0, prefixes.findLastIndex((prefix) => prefix.isBreakpoint) + 1);
    const read = cacheable.findLast((prefix) => this.#known.has(prefix.hash))?.tokens ?? 0;
    const marked = cacheable.at(-1)?.tokens ?? 0;
    for (const prefix of cacheable) this.#remember(prefix.hash);
    const written = marked - read;
    const isLong = cacheable.findLast((prefix) => prefix.isBreakpoint)?.isLong === true;
    return {
      input_tokens: Math.max(1, total - marked),
      cache_creation_input_tokens: written,
      cache_read_input_tokens: read,
      cache_creation: {
        ephemeral_5m_input_tokens: isLong ? 0 : written,
        ephemeral_1h_input_tokens: isLong ? written : 0,
      },
    };
  }

  #remember(hash: string): void {
    this.#known.delete(hash);
    this.#known.add(hash);
    if (this.#known.size <= maxPrefixes) return;
    for (const oldest of this.#known) {
      this.#known.delete(oldest);
      break;
    }
  }
}

function prefixesOf(body: MessagesBody, model: ModelRules): Prefix[] {
  const hash = createHash("sha1").update(body.model);
  const prefixes: Prefix[] = [];
  let size = 0;
  const add = (part: unknown, ownSize: number) => {
    const { json, ...mark } = withoutMarks(part);
    hash.update(json);
    size += ownSize;
    prefixes.push({ hash: hash.copy().digest("base64"), tokens: Math.ceil(size), ...mark });
  };
  const addBlocks = (part: unknown, blocks: readonly ContentBlock[]) =>
    add(
      part,
      blocks.reduce((sum, block) => sum + blockSize(block, model), 0),
    );
  if (body.tools) add(body.tools, toolsSize(body.tools, model));
  const system = systemBlocks(body).filter(isStableSystemBlock);
  if (system.length > 0) addBlocks(system, system);
  for (const message of body.messages) {
    const blocks = blocksOf(message);
    addBlocks({ role: message.role, content: blocks }, blocks);
  }
  return prefixes;
}

/** Marks move to the newest message on every turn and are not part of the cached content. */
function withoutMarks(part: unknown): { json: string; isBreakpoint: boolean; isLong: boolean } {
  let isBreakpoint = false;
  let isLong = false;
  const json = JSON.stringify(part, (key, value: unknown) => {
    if (key !== "cache_control") return value;
    isBreakpoint = true;
    isLong ||= isRecord(value) && value["ttl"] === "1h";
    return undefined;
  });
  return { json, isBreakpoint, isLong };
}
