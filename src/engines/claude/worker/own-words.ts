import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import { isRecord } from "../../../lib/is-record.ts";
import { type Reader, withoutBoundThinking } from "../content/bound-thinking.ts";
import { markSystem, type UserContent } from "../content/user-content.ts";

/** What was said in a turn, in a history that is held in memory; a history on record is without Turnpike's own words. */
interface SaidEntry extends TranscriptEntry {
  /** Turnpike's own words among the blocks. */
  readonly ownWords?: readonly string[];
}

/** What a turn says to Claude, `ownWords` marked in it as Turnpike's own. */
export function saidEntry(content: UserContent, ownWords: readonly string[]): TranscriptEntry {
  const entry: SaidEntry = { role: "user", content, ...(ownWords.length > 0 && { ownWords }) };
  return entry;
}

/**
 * A history without those of Turnpike's own words that do not hold for the next turn: the model would go on to answer in a form, or to
 * call tools, as nobody asks any more. Words that still hold stay, for the prompt cache knows them. Thinking that is bound to
 * what is left out goes with it.
 */
export function withoutOldWords(
  entries: readonly TranscriptEntry[],
  thoseThatHold: () => readonly string[],
  reader: Reader,
): readonly TranscriptEntry[] {
  if (!entries.some((entry) => wordsIn(entry).length > 0)) return entries;
  const holding = new Set(thoseThatHold());
  const isOld = (word: string) => !holding.has(word);
  const first = entries.findIndex((entry) => wordsIn(entry).some(isOld));
  if (first < 0) return entries;
  const behind = entries.slice(first).map((entry) => without(entry, wordsIn(entry).filter(isOld)));
  return [...entries.slice(0, first), ...withoutBoundThinking(behind, reader)];
}

/** A client may have said the same, so each of the words goes once: they come before what the client says. */
function without(entry: TranscriptEntry, old: readonly string[]): TranscriptEntry {
  if (old.length === 0 || typeof entry.content === "string") return entry;
  const texts = new Set(old.map((word) => markSystem(word).text));
  const content = entry.content.filter((block) => !(isRecord(block) && texts.delete(String(block["text"]))));
  const worded: SaidEntry = {
    ...entry,
    content,
    ownWords: wordsIn(entry).filter((word) => !old.includes(word)),
  };
  return worded;
}

function wordsIn(entry: TranscriptEntry): readonly string[] {
  const { ownWords = [] }: SaidEntry = entry;
  return ownWords;
}
