import { createHash } from "node:crypto";
import { blocksOf } from "./messages-body.ts";
import type { ContentBlock, MessagesBody } from "./messages-body.ts";

export interface InputUsage {
  input_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
}

interface Prefix {
  hash: string;
  /** Size of the whole prompt up to the end of this part. */
  tokens: number;
  isBreakpoint: boolean;
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

  measure(body: MessagesBody): InputUsage {
    const prefixes = prefixesOf(body);
    const total = prefixes.at(-1)?.tokens ?? 0;
    const cacheable = prefixes.slice(0, prefixes.findLastIndex((prefix) => prefix.isBreakpoint) + 1);
    const read = cacheable.findLast((prefix) => this.#known.has(prefix.hash))?.tokens ?? 0;
    const marked = cacheable.at(-1)?.tokens ?? 0;
    for (const prefix of cacheable) this.#remember(prefix.hash);
    return {
      input_tokens: Math.max(1, total - marked),
      cache_creation_input_tokens: marked - read,
      cache_read_input_tokens: read,
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

/** About four characters make a token. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** All input tokens of a request, cached or not. */
export function countTokens(body: MessagesBody): number {
  return prefixesOf(body).at(-1)?.tokens ?? 0;
}

function prefixesOf(body: MessagesBody): Prefix[] {
  const hash = createHash("sha1").update(body.model);
  const prefixes: Prefix[] = [];
  let tokens = 0;
  const add = (part: unknown) => {
    const { json, isBreakpoint } = withoutMarks(part);
    hash.update(json);
    tokens += estimateTokens(json);
    prefixes.push({ hash: hash.copy().digest("base64"), tokens, isBreakpoint });
  };
  if (body.tools) add(body.tools);
  if (body.system) add(typeof body.system === "string" ? body.system : body.system.filter(isStable));
  for (const message of body.messages) add({ role: message.role, content: blocksOf(message) });
  return prefixes;
}

/** Marks move to the newest message on every turn and are not part of what is cached. */
function withoutMarks(part: unknown): { json: string; isBreakpoint: boolean } {
  let isBreakpoint = false;
  const json = JSON.stringify(part, (key, value: unknown) => {
    if (key !== "cache_control") return value;
    isBreakpoint = true;
    return undefined;
  });
  return { json, isBreakpoint };
}

/** Claude Code's billing header differs from request to request; the API leaves it out of the cache. */
function isStable(block: ContentBlock): boolean {
  return !String(block["text"]).startsWith("x-anthropic-billing-header");
}
