import { abilitiesOf } from "../../../core/models/abilities-of.ts";
import type { ModelAbilities } from "../../../core/models/model-abilities.ts";
import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import { isRecord } from "../../../lib/is-record.ts";

/** What matters here of the model that is to read the history. */
export type Reader = Pick<ModelAbilities, "bindsThinking">;

/**
 * Whether the entry has thinking that the API accepts only while everything before it is unchanged: the model that did it binds it,
 * or the one that reads it checks whatever it is given.
 */
export function holdsBoundThinking({ content, model }: TranscriptEntry, reader: Reader): boolean {
  if (!reader.bindsThinking && !isBinding(model)) return false;
  return holdsThinking({ content });
}

export function holdsThinking({ content }: Pick<TranscriptEntry, "content">): boolean {
  return typeof content !== "string" && content.some(isThinking);
}

/**
 * A history for a process other than the one that did the thinking. There Claude Code puts its note on the environment elsewhere,
 * so what comes before a block of thinking is never quite the same: the API would refuse blocks that are bound to it, but takes a
 * history without any. Among models that do not bind thinking it is kept.
 */
export function withoutBoundThinking(
  entries: readonly TranscriptEntry[],
  reader: Reader,
): readonly TranscriptEntry[] {
  return entries.flatMap((entry) => (holdsBoundThinking(entry, reader) ? withoutThinking(entry) : [entry]));
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
