import { dropsRoundThinking } from "../../core/models/fit-turn.ts";
import type { TurnInput } from "../../core/ports/engine-session.ts";
import type { TranscriptEntry } from "../../core/words/transcript.ts";
import { bringsResults, type ContentMeets, roundOf, turnContent } from "./begin-turn.ts";
import { withoutBoundThinking } from "./content/bound-thinking.ts";
import { withoutOpenCalls } from "./content/open-calls.ts";
import { withoutRoundThinking } from "./content/round-thinking.ts";
import { uniqueCallIds } from "./content/unique-call-ids.ts";

export interface RebuiltHistory {
  /** What a new process reads before its first turn. */
  readonly entries: readonly TranscriptEntry[];
  /** The last entry is the content of the first turn. */
  readonly holdsFirstTurn: boolean;
}

/**
 * What was said before, for a new process. When the first turn brings results of client tools, they belong to the history,
 * together with what is said after them: Claude Code drops calls without results from a history that it reads.
 */
export function rebuildHistory(
  history: readonly TranscriptEntry[],
  firstTurn: TurnInput,
  meets: ContentMeets,
): RebuiltHistory {
  const holdsFirstTurn = history.length > 0 && bringsResults(firstTurn);
  const unbound = withoutBoundThinking(history, meets.abilities);
  const round = roundOf(firstTurn, { history: unbound });
  const before = dropsRoundThinking({ ...firstTurn, round }, meets.abilities)
    ? withoutRoundThinking(unbound)
    : unbound;
  const entries: readonly TranscriptEntry[] = holdsFirstTurn
    ? [...before, { role: "user", content: turnContent(firstTurn, meets) }]
    : before;
  return { entries: uniqueCallIds(withoutOpenCalls(entries)), holdsFirstTurn };
}
