import { isRecord } from "../../../lib/is-record.ts";
import type { TranscriptEntry } from "../../../core/words/transcript.ts";

type Fields = Readonly<Record<string, unknown>>;

/** How many of the latest user messages are marked: the one before the last is where the turn before has written to. */
const MARKED_TURNS = 2;

/** The API's prompt cache holds what stands before a marked block, and the block. It takes four marks. */
export function markCached(block: Fields): Fields {
  return { ...block, cache_control: { type: "ephemeral" } };
}

/** A conversation as messages of the Messages API, each a list of blocks, with marks on the latest things that were said. */
export function markLastTurns(entries: readonly TranscriptEntry[]): readonly object[] {
  const users = entries.flatMap(({ role }, index) => (role === "user" ? [index] : []));
  const marked = new Set(users.slice(-MARKED_TURNS));
  return entries.map(({ role, content }, index) => {
    const blocks = typeof content === "string" ? [{ type: "text", text: content }] : content;
    const last = blocks.at(-1);
    if (!marked.has(index) || !isRecord(last)) return { role, content: blocks };
    return { role, content: [...blocks.slice(0, -1), markCached(last)] };
  });
}
