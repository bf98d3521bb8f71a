import { createHmac } from "node:crypto";
import { isRecord } from "../lib/is-record.ts";
import { readJson } from "../lib/read-json.ts";

/** What a signature records about its thinking block. */
export interface ThinkingSeal {
  /** Id of the model that thought. */
  model: string;
  /** Hash of the thinking as the client was shown it. */
  text: string;
  /** What came before the block when it was created; missing for a block that was not created in a conversation. */
  prefix?: ThinkingPrefix;
  /** The script's own name for the block. */
  tag: string;
}

/** Hashes of all that a block is bound to. */
export interface ThinkingPrefix {
  system: string;
  tools: string;
  /** All content before the block except thinking. */
  messages: string;
  /** The signature of the thinking block before it; empty for the first. */
  previous: string;
}

/** The same for every scripted model, so that a conversation outlives the one it began with. */
const KEY = "the scripted model's own";

/** A signature that contains the whole seal and that nobody else can create. */
export function sealThinking(seal: ThinkingSeal): string {
  const content = JSON.stringify(seal);
  return Buffer.from(JSON.stringify({ content, mac: macOf(content) })).toString("base64");
}

/** Undefined for a signature that no scripted model issued. */
export function openSeal(signature: unknown): ThinkingSeal | undefined {
  const outer = readJson(Buffer.from(String(signature), "base64").toString("utf8"));
  if (!isRecord(outer) || typeof outer["content"] !== "string") return undefined;
  if (outer["mac"] !== macOf(outer["content"])) return undefined;
  // Proof: only `sealThinking` can have written a content with a matching code.
  return readJson(outer["content"]) as ThinkingSeal;
}

/** The script's own name for the block that this signature belongs to. */
export function tagOf(signature: unknown): string | undefined {
  return openSeal(signature)?.tag;
}

/**
 * A signature as the model would have issued it in another conversation: for histories that a test brings along. Models that bind
 * thinking to its prefix refuse the block.
 */
export function foreignSignature(text: string, options: { model: string; tag?: string }): string {
  return sealThinking({ model: options.model, text: hashText(text), tag: options.tag ?? "" });
}

export function hashText(text: string): string {
  return createHmac("sha1", KEY).update(text).digest("base64");
}

function macOf(content: string): string {
  return createHmac("sha256", KEY).update(content).digest("base64");
}
