import type { Message } from "./message.ts";
import type { TurnPlan } from "./plan-turn.ts";
import type { ConversationStore, StoredTurn } from "./ports/conversation-store.ts";
import type { Engine, SessionSpec } from "./ports/engine.ts";
import type { SessionLease, SessionPool } from "./ports/session-pool.ts";
import { hashState } from "./state-hash.ts";
import type { TranscriptEntry } from "./transcript.ts";
import type { TurnRequest } from "./turn-request.ts";

/** A turn with the session that it runs on. */
export interface PlacedTurn {
  lease: SessionLease;
  /** The state that the session is in before the new messages. */
  readonly baseHash: string;
  /** What the record of this turn builds on and adds: its parent and the new messages, or the whole history and no parent. */
  readonly parentTurnId?: TurnPlan["parentTurnId"];
  readonly recordedInput: readonly Message[];
}

export interface PlaceTurnParts {
  readonly engine: Engine;
  readonly pool: SessionPool;
  readonly store: ConversationStore;
}

/** Gets the cheapest session that can hold the turn's history. */
export async function placeTurn(
  request: TurnRequest,
  plan: TurnPlan,
  parts: PlaceTurnParts,
  signal: AbortSignal,
): Promise<PlacedTurn> {
  const { engine, pool, store } = parts;
  const { profile, model } = request.target;
  const spec: SessionSpec = { profile, model, systemText: plan.systemText };
  const { parentTurnId, history, newMessages, baseHash } = plan;

  if (parentTurnId !== undefined) {
    const hot = pool.takeHot(parentTurnId, spec);
    if (hot) return { lease: hot, baseHash, parentTurnId, recordedInput: newMessages };
    const lineage = await store.loadLineage(request.principalId, parentTurnId);
    if (lineage) {
      const lease = await pool.resume(spec, rebuildTranscript(lineage, engine), "resumed", signal);
      return { lease, baseHash, parentTurnId, recordedInput: newMessages };
    }
  }
  if (history.length > 0) {
    const lease = await pool.resume(spec, engine.toTranscript(history), "imported", signal);
    return { lease, baseHash, recordedInput: [...history, ...newMessages] };
  }
  // Without a parent that is still there this is a beginning, also for a conversation that had a past.
  const lease = await pool.open(spec, signal);
  return { lease, baseHash: hashState(request, []), recordedInput: newMessages };
}

/** Claude's own history of a line of turns: what went in and what came out, turn by turn. */
function rebuildTranscript(lineage: readonly StoredTurn[], engine: Engine): readonly TranscriptEntry[] {
  return lineage.flatMap((turn) => [...engine.toTranscript(turn.input), ...(turn.transcript ?? [])]);
}
