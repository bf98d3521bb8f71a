import type { TurnInput } from "../../core/ports/engine.ts";
import type { TranscriptEntry } from "../../core/transcript.ts";
import { bringsResults, type ContentMeets, turnContent } from "./begin-turn.ts";
import { withoutThinking } from "./content/sealed-thinking.ts";
import { uniqueCallIds } from "./content/unique-call-ids.ts";

export interface RebuiltHistory {
  /** What a new process is to read before its first turn. */
  readonly entries: readonly TranscriptEntry[];
  /** The first turn's content is the last of them. */
  readonly holdsFirstTurn: boolean;
}

/**
 * What was said before, for a new process. Results of client tools belong to the history, together with what is said after
 * them: Claude Code drops calls without results from a history that it reads. Where thinking is bound to all that stood before
 * it, none is given back: in a new process that is never the same to the letter, and without any the API takes the history.
 */
export function rebuildHistory(
  history: readonly TranscriptEntry[],
  firstTurn: TurnInput,
  meets: ContentMeets,
): RebuiltHistory {
  const holdsFirstTurn = history.length > 0 && bringsResults(firstTurn);
  const past = meets.abilities.bindsThinking ? withoutThinking(history) : history;
  const entries: readonly TranscriptEntry[] = holdsFirstTurn
    ? [...past, { role: "user", content: turnContent(firstTurn, meets) }]
    : past;
  return { entries: uniqueCallIds(entries), holdsFirstTurn };
}
