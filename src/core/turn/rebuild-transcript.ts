import type { StoredTurn } from "../ports/conversation-store.ts";
import type { Engine } from "../ports/engine.ts";
import type { TranscriptEntry } from "../words/transcript.ts";

/** Claude's own history of consecutive turns: input and output, turn by turn. */
export function rebuildTranscript(
  lineage: readonly StoredTurn[],
  engine: Engine,
): readonly TranscriptEntry[] {
  return lineage.flatMap((turn) => [...engine.toTranscript(turn.input), ...(turn.transcript ?? [])]);
}
