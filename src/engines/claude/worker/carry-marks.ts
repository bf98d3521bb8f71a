import { isDeepStrictEqual } from "node:util";

import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import { isRecord } from "../../../lib/is-record.ts";
import { isThinking } from "../content/bound-thinking.ts";
import { entryBlocks, isMarked, unmarkedBlock } from "./cache-marks.ts";

/**
 * A history as it is on record, with the marks that the client has put on its own copy. The record holds more: thinking, an answer
 * that Claude was asked to mend, words of ours before the client's. Both are read from their ends; where something that the client
 * sent is not found, its marks and those before are left out, which costs a cache hit and nothing else.
 */
export function carryMarks(
  entries: readonly TranscriptEntry[],
  sent: readonly TranscriptEntry[] = [],
): readonly TranscriptEntry[] {
  const first = sent.findIndex((entry) => entryBlocks(entry).some(isMarked));
  if (first < 0) return entries;
  const carried = [...entries];
  let end = entries.length;
  for (const one of sent.slice(first).toReversed()) {
    const blocks = entryBlocks(one);
    const bearsMark = blocks.some(isMarked);
    if (one.role === "assistant") {
      const before = carried[end - 1];
      if (before?.role === "assistant" && bearsMark) {
        carried[end - 1] = { ...before, content: markAnswer(entryBlocks(before), blocks) };
      }
      continue;
    }
    const found = findSaid(entries, blocks, end);
    if (!found) break;
    if (bearsMark) carried[found.index] = found.entry;
    end = found.index;
  }
  return carried;
}

/** The last user message before `end` in which the client's blocks stand, with their marks. */
function findSaid(entries: readonly TranscriptEntry[], sent: readonly unknown[], end: number) {
  for (let index = end - 1; index >= 0; index -= 1) {
    const entry = entries[index];
    const content = entry?.role === "user" ? markSaid(entryBlocks(entry), sent) : undefined;
    if (entry && content) return { index, entry: { ...entry, content } };
  }
  return undefined;
}

/** Undefined when a block of the client's is missing. */
function markSaid(held: readonly unknown[], sent: readonly unknown[]): readonly unknown[] | undefined {
  const marked = [...held];
  let next = 0;
  for (const block of sent) {
    const index = held.findIndex((each, place) => place >= next && isSame(each, block));
    if (index < 0) return undefined;
    if (isMarked(block)) marked[index] = block;
    next = index + 1;
  }
  return marked;
}

/** Clients send an answer's text in other pieces than it came in: its last block then stands for one that is not found. */
function markAnswer(held: readonly unknown[], sent: readonly unknown[]): readonly unknown[] {
  const marked = [...held];
  for (const block of sent.filter(isRecord)) {
    if (!isMarked(block)) continue;
    const same = held.findLastIndex((each) => isSame(each, block));
    const index = same < 0 ? held.findLastIndex((each) => !isThinking(each)) : same;
    const place = marked[index];
    if (isRecord(place)) marked[index] = { ...place, cache_control: block["cache_control"] };
  }
  return marked;
}

/** Calls and results are known by their ids: their arguments and contents may be spelled differently. */
function isSame(held: unknown, sent: unknown): boolean {
  if (!isRecord(held) || !isRecord(sent) || held["type"] !== sent["type"]) return false;
  const name = NAMES[String(sent["type"])];
  if (name !== undefined) return held[name] === sent[name];
  return isDeepStrictEqual(held, unmarkedBlock(sent));
}

const NAMES: Readonly<Record<string, string>> = { text: "text", tool_use: "id", tool_result: "tool_use_id" };
