import { abilitiesOf } from "../../../core/models/abilities-of.ts";
import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import { isRecord } from "../../../lib/is-record.ts";

/** Whether it has thinking that the API takes only while all that stood before it is unchanged. */
export function holdsBoundThinking({ content, model }: TranscriptEntry): boolean {
  return isBinding(model) && typeof content !== "string" && content.some(isThinking);
}

/**
 * A history for another process than the one in which it was thought. Claude Code puts its note on the environment somewhere
 * else there, so what stood before a block of thinking is never quite the same: the API would refuse those that are bound to it,
 * and takes a history without any. Models that bind nothing keep theirs.
 */
export function withoutBoundThinking(entries: readonly TranscriptEntry[]): readonly TranscriptEntry[] {
  return entries.flatMap((entry) => (holdsBoundThinking(entry) ? withoutThinking(entry) : [entry]));
}

/** The entry with all that it says; none when it only thinks. */
export function withoutThinking(entry: TranscriptEntry): readonly TranscriptEntry[] {
  if (typeof entry.content === "string") return [entry];
  const content = entry.content.filter((block) => !isThinking(block));
  return content.length > 0 ? [{ ...entry, content }] : [];
}

function isBinding(model: string | undefined): boolean {
  return model !== undefined && abilitiesOf(model).bindsThinking;
}

export function isThinking(block: unknown): boolean {
  return isRecord(block) && (block["type"] === "thinking" || block["type"] === "redacted_thinking");
}
