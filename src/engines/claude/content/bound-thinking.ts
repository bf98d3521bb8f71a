import { abilitiesOf } from "../../../core/models/abilities-of.ts";
import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import { isRecord } from "../../../lib/is-record.ts";

/** Whether the entry has thinking that the API accepts only while everything before it is unchanged. */
export function holdsBoundThinking({ content, model }: TranscriptEntry): boolean {
  return isBinding(model) && typeof content !== "string" && content.some(isThinking);
}

/**
 * A history for a process other than the one that did the thinking. There Claude Code puts its note on the environment elsewhere,
 * so what comes before a block of thinking is never quite the same: the API would refuse blocks that are bound to it, but takes a
 * history without any. Models that do not bind thinking keep theirs.
 */
export function withoutBoundThinking(entries: readonly TranscriptEntry[]): readonly TranscriptEntry[] {
  return entries.flatMap((entry) => (holdsBoundThinking(entry) ? withoutThinking(entry) : [entry]));
}

/** The entry without its thinking; none when it holds nothing else. */
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
