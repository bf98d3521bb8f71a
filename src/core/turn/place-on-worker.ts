import { hasMarks, withoutMessageMarks } from "../requests/cache-marks.ts";
import { toolCallsOf } from "../words/message.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { Engine } from "../ports/engine.ts";
import type { GivenHistory, MarkedByClient, SessionSpec, TurnInput } from "../ports/engine-session.ts";
import type { SessionPool } from "../ports/session-pool.ts";
import type { Placement } from "../words/turn-event.ts";
import type { TurnRequest } from "../words/turn-request.ts";
import { requireToolResults } from "./open-calls.ts";
import type { PlacedTurn } from "./placed-turn.ts";
import type { TurnPlan } from "./plan-turn.ts";
import type { ProcessKind } from "./process-kind.ts";
import { rebuildTranscript } from "./rebuild-transcript.ts";
import { hashState } from "./state-hash.ts";

/** What a turn on a worker is placed with. */
export interface WorkerPlace {
  readonly engine: Engine;
  readonly spec: SessionSpec;
  readonly input: TurnInput;
  readonly pool: SessionPool;
  readonly store: ConversationStore;
}

/** Whether this turn is a single call of the model, which any process can make that is given the whole conversation. */
export function runsOnWorker(
  engine: Engine,
  kind: ProcessKind,
  { command, mcpServers, serverTools }: TurnInput,
): boolean {
  if (!engine.hasWorkers?.(kind) || command !== undefined) return false;
  const asked = (serverTools?.mcpServers.length ?? 0) + (serverTools?.approvals.length ?? 0);
  return asked === 0 && Object.keys(mcpServers).length === 0;
}

/** Gives the turn a worker, and the worker what was said before. */
export async function placeOnWorker(
  request: TurnRequest,
  plan: TurnPlan,
  { engine, spec, input, pool, store }: WorkerPlace,
  signal: AbortSignal,
): Promise<PlacedTurn> {
  const { newMessages, conversationId } = plan;
  const past = (await knownPast(request, plan, { engine, pool, store })) ?? givenPast(request, plan, engine);
  const { baseHash, parentTurnId, before } = past;
  requireToolResults(past.openCallIds, newMessages);
  // Only a turn that is run goes on with what is kept.
  const isHot = parentTurnId !== undefined && pool.takeKept(parentTurnId, spec);
  const lease = await pool.takeWorker(spec, { principalId: request.principalId, conversationId }, signal);
  const placement = isHot ? "hot" : (past.placement ?? lease.placement);
  return {
    lease: { ...lease, placement },
    isOnWorker: true,
    baseHash,
    ...(parentTurnId !== undefined && { parentTurnId }),
    recordedInput: withoutMessageMarks([...before, ...newMessages]),
    input: {
      ...input,
      whole: { spec, history: past.history, marked: markedIn(request, plan, past, engine) },
    },
  };
}

function markedIn(
  { systemText, systemParts, cache }: TurnRequest,
  plan: TurnPlan,
  { parentTurnId }: Past,
  engine: Engine,
): MarkedByClient {
  const isOnRecord = parentTurnId !== undefined;
  return {
    ...(systemParts && plan.systemText === systemText && { systemParts }),
    ...(cache && { cache }),
    ...(isOnRecord && hasMarks(plan.history) && { history: engine.toTranscript(plan.history) }),
  };
}

interface Past extends Pick<PlacedTurn, "baseHash" | "parentTurnId"> {
  readonly history: GivenHistory;
  readonly openCallIds: readonly string[];
  /** Undefined: there is none, and only the process counts. */
  readonly placement?: Placement;
  /** What comes before the new messages in this turn's record. */
  readonly before: TurnPlan["history"];
}

/** What this server has on record of the conversation: it holds more than the client sends back, such as sealed thinking. */
async function knownPast(
  { principalId }: TurnRequest,
  { parentTurnId, baseHash }: TurnPlan,
  { engine, pool, store }: Pick<WorkerPlace, "engine" | "pool" | "store">,
): Promise<Past | undefined> {
  if (parentTurnId === undefined) return undefined;
  const known = { parentTurnId, baseHash, before: [], placement: "resumed" } as const;
  const history = pool.historyAfter(parentTurnId);
  if (history) {
    // An id may stand for other calls in earlier answers.
    return { ...known, history, openCallIds: engine.openCallIds(history.entries.slice(-1)) };
  }
  const lineage = await store.loadLineage(principalId, parentTurnId);
  if (!lineage) return undefined;
  return {
    ...known,
    history: { entries: rebuildTranscript(lineage, engine) },
    openCallIds: toolCallsOf(lineage.at(-1)?.answer).map(({ callId }) => callId),
  };
}

/** The history as the client sends it. */
function givenPast(request: TurnRequest, { history, baseHash }: TurnPlan, engine: Engine): Past {
  const isNew = history.length === 0;
  return {
    // With no history and no parent that still exists, this is a new start, even for a conversation that had a past.
    baseHash: isNew ? hashState(request, []) : baseHash,
    before: history,
    history: { entries: engine.toTranscript(history) },
    openCallIds: toolCallsOf(history.at(-1)).map(({ callId }) => callId),
    ...(!isNew && { placement: "imported" }),
  };
}
