import type { TranscriptEntry } from "../../../core/transcript.ts";
import { isRecord } from "../../../lib/is-record.ts";

export function hasThinking({ content }: TranscriptEntry): boolean {
  return typeof content !== "string" && content.some(isThinking);
}

/** The same history without any thinking. An answer that was nothing else goes with it. */
export function withoutThinking(entries: readonly TranscriptEntry[]): readonly TranscriptEntry[] {
  return entries.flatMap((entry): readonly TranscriptEntry[] => {
    const { content } = entry;
    if (typeof content === "string" || !content.some(isThinking)) return [entry];
    const rest = content.filter((block) => !isThinking(block));
    return rest.length > 0 ? [{ ...entry, content: rest }] : [];
  });
}

function isThinking(block: unknown): boolean {
  return isRecord(block) && (block["type"] === "thinking" || block["type"] === "redacted_thinking");
}
