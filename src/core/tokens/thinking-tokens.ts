import type { ContentPart, Message } from "../words/message.ts";
import type { ModelAbilities } from "../models/model-abilities.ts";
import { isNewerTokenizer } from "./is-newer-tokenizer.ts";
import { textTokens } from "./text-tokens.ts";

/** Bytes of a seal in addition to the thinking in it. */
const SEAL_BYTES = 200;
/** Thinking is prose. */
const BYTES_PER_TOKEN = 4.4;

/**
 * Estimates the tokens of the thinking in a history. Its text may be a summary or missing, while the seal contains all of it,
 * so the longer of the two counts. Models from Opus 4.5 on keep the thinking of all turns; older ones only that of the current
 * turn, between calls and their results. Source: the API's documentation of extended thinking.
 */
export function thinkingTokens(messages: readonly Message[], model: ModelAbilities): number {
  const start = model.keepsThinking ? 0 : lastWordOfPerson(messages) + 1;
  let tokens = 0;
  for (const { content } of messages.slice(start)) {
    for (const part of content) tokens += tokensOf(part, model);
  }
  return tokens;
}

function tokensOf(part: ContentPart, model: ModelAbilities): number {
  if (part.type === "redacted-thinking") return sealedTokens(part.data, model);
  if (part.type !== "thinking") return 0;
  return Math.max(textTokens(part.text, isNewerTokenizer(model)), sealedTokens(part.signature, model));
}

/** `seal` is base64. */
function sealedTokens(seal: string, { tokenFactor }: ModelAbilities): number {
  const bytes = Math.max(0, seal.length * 0.75 - SEAL_BYTES);
  return Math.ceil((bytes / BYTES_PER_TOKEN) * tokenFactor);
}

/** -1 when there is no user message. */
function lastWordOfPerson(messages: readonly Message[]): number {
  return messages.findLastIndex(({ role }) => role === "user");
}
