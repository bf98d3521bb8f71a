import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import { isRecord } from "../../../lib/is-record.ts";
import { isCall, isResult } from "./call-ids.ts";

/** The ids of the calls in a history that have no results: those calls waited for a person when their process ended. */
export function openCallIds(history: readonly TranscriptEntry[]): readonly string[] {
  const blocks = history.flatMap(({ content }) => (typeof content === "string" ? [] : content));
  const answered = new Set(blocks.filter(isResult).map((block) => block.tool_use_id));
  return blocks.filter(isCall).flatMap(({ id }) => (answered.has(id) ? [] : [id]));
}

/** A history that the API accepts: each call has its result. An answer in which only thinking is left is dropped. */
export function withoutOpenCalls(history: readonly TranscriptEntry[]): readonly TranscriptEntry[] {
  const open = new Set(openCallIds(history));
  if (open.size === 0) return history;
  return history.flatMap((entry) => {
    const { content } = entry;
    if (typeof content === "string") return [entry];
    const kept = content.filter((block) => !isCall(block) || !open.has(block.id));
    if (kept.length === content.length) return [entry];
    return kept.some(saysSomething) ? [{ ...entry, content: kept }] : [];
  });
}

function saysSomething(block: unknown): boolean {
  return isCall(block) || (isRecord(block) && block["type"] === "text");
}
