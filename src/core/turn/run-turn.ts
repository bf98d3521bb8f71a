import { CANCELLED, failedTurn, failureOf } from "./turn-failure.ts";
import { type BatchStream, toBatches } from "../../lib/batch-stream.ts";
import { LaterStream } from "../../lib/later-stream.ts";
import { nextTick } from "../../lib/time.ts";
import { type AnswerStreamParts, openAnswerStream } from "./answer-stream.ts";
import { newConversationId, type TurnId } from "../words/ids.ts";
import type { AnswerMessage } from "../words/message.ts";
import { placeTurn, type PlaceTurnParts } from "./place-turn.ts";
import type { PlacedTurn } from "./placed-turn.ts";
import { planTurn, type TurnPlan } from "./plan-turn.ts";
import type { ConversationHold, ConversationLock } from "../ports/conversation-lock.ts";
import type { TurnRunner } from "../ports/turn-runner.ts";
import type { OwedWrites } from "./owed-writes.ts";
import { recordBeginning } from "./record-beginning.ts";
import { requireRoom } from "./require-room.ts";
import type { RunningTurn, RunningTurns } from "./running-turns.ts";
import { extendState, hashState } from "./state-hash.ts";
import type { EngineEvent, TerminalEvent, TurnEvent } from "../words/turn-event.ts";
import type { TurnQueue } from "./turn-queue.ts";
import type { TurnSize, UsageLimits } from "../ports/usage-limits.ts";
import { NO_USE, type TurnUse } from "../words/usage.ts";
import { estimateOnce } from "../tokens/estimate-once.ts";
import { TurnRecord } from "./turn-record.ts";
import type { Profile } from "../words/profile.ts";
import type { TurnRequest } from "../words/turn-request.ts";

export interface TurnRunnerParts extends PlaceTurnParts, AnswerStreamParts {
  readonly queue: TurnQueue;
  readonly usageLimits: UsageLimits;
  readonly running: RunningTurns;
  readonly owedWrites: OwedWrites;
  readonly conversationLock: ConversationLock;
  /** Called with each admitted turn before anything else is done for it. May make it wait; rejects when it must not run. */
  readonly onAdmitted?: (turnId: TurnId) => Promise<void> | undefined;
  /** Rejects with AppError `not-logged-in` while the profile's engine has no credentials. */
  readonly requireLogin: (profile: Profile, signal: AbortSignal) => Promise<void>;
  readonly approvals: AnswerStreamParts["approvals"] & PlaceTurnParts["approvals"];
}

const MANY_MESSAGES = 500;

/** The steps of a turn: admit, plan, place on a session, run, record. */
export function createTurnRunner(given: TurnRunnerParts): TurnRunner {
  const parts = { ...given, estimate: estimateOnce() };
  return (request, signal) => new LaterStream(() => beginTurn(request, parts, signal));
}

interface RunParts extends TurnRunnerParts {
  /** Of the tokens of a turn's input. */
  readonly estimate: (request: TurnRequest) => number;
}

/** Ends a turn's stay, with what it has used. May be called more than once; only the first call counts. */
type Leave = (used: TurnUse) => Promise<void>;

/** The turn's events from its start on. If it cannot start, the error is its only event. */
async function beginTurn(
  request: TurnRequest,
  parts: RunParts,
  signal: AbortSignal,
): Promise<BatchStream<TurnEvent>> {
  let leave: Leave | undefined;
  try {
    requireRoom(request);
    const askedAt = parts.clock();
    leave = await admit(request, parts, signal);
    const queuedMs = parts.clock() - askedAt;
    const heard = parts.onAdmitted?.(request.turnId);
    if (heard) await heard;
    // A turn may go on from one that is not on record yet.
    const caughtUp = parts.owedWrites.settle();
    if (caughtUp) await caughtUp;
    return await openAdmitted(request, parts, signal, { leave, queuedMs });
  } catch (error) {
    await leave?.(NO_USE);
    const failure = failureOf(error, signal);
    if (failure.info.kind === "internal" || failure.info.kind === "engine-failed") {
      parts.logger.error("turn.failed-to-start", { turnId: request.turnId, error });
    }
    return toBatches([failedTurn(failure)]);
  }
}

/** Waits until the turn may run: within what its principal may use, and in its place in the queue. */
async function admit(
  request: TurnRequest,
  { usageLimits, queue, estimate }: RunParts,
  signal: AbortSignal,
): Promise<Leave> {
  const sizeOf = (turn: TurnRequest): TurnSize => {
    const { maxOutputTokens } = turn.sampling;
    return {
      inputTokens: () => estimate(turn),
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    };
  };
  const { turnId, principalId, target, isFurther, alongside } = request;
  const admitted = await usageLimits.admit(
    {
      turnId,
      principalId,
      target,
      ...(isFurther && { isFurther }),
      ...sizeOf(request),
      ...(alongside && { alongside: alongside.map(sizeOf) }),
    },
    signal,
  );
  try {
    const freePlace = await queue.enter(request, signal);
    let isOver = false;
    return async ({ usage, costUsd }) => {
      if (isOver) return;
      isOver = true;
      try {
        await admitted.end({ usage, costUsd });
      } finally {
        freePlace();
      }
    };
  } catch (error) {
    await admitted.end(NO_USE);
    throw error;
  }
}

interface Admitted {
  /** Called when the turn is over, so that another one can be admitted. */
  readonly leave: Leave;
  readonly queuedMs: number;
}

async function openAdmitted(
  request: TurnRequest,
  parts: TurnRunnerParts,
  clientSignal: AbortSignal,
  { leave, queuedMs }: Admitted,
): Promise<BatchStream<TurnEvent>> {
  const admittedAt = parts.clock();
  await parts.requireLogin(request.target.profile, clientSignal);
  await letOthersRun(request);
  const { plan, turn } = await planAlone(request, parts, clientSignal);
  try {
    await letOthersRun(request);
    const signal = AbortSignal.any([clientSignal, turn.signal]);
    const startedAt = parts.clock();
    const placed = await placeTurn(request, plan, parts, signal);
    const placedMs = parts.clock() - admittedAt;
    const record = new TurnRecord(parts.clock);
    const end = async (event: TerminalEvent) => {
      try {
        await letOthersRun(request);
        await finishTurn(request, plan, placed, record, event, parts);
      } finally {
        turn[Symbol.dispose]();
        await leave(event);
      }
    };
    const begun = Promise.withResolvers<boolean>();
    const endOnRecord = async (event: TerminalEvent) => {
      if (await begun.promise) await end(event);
    };
    const ends = {
      note: (event: EngineEvent) => record.add(event),
      finish: endOnRecord,
      leave: ({ usage, costUsd }: TurnUse) => endOnRecord({ ...failedTurn(CANCELLED), usage, costUsd }),
    };
    const answer = openAnswerStream({ request, plan, placed, turn }, ends, parts, signal);
    // A live session starts working while its turn is being recorded; its conversation is recorded already.
    const isHot = placed.lease.placement === "hot";
    if (isHot) answer.begin();
    try {
      if (isHot) await nextTick();
      if (!request.isOneOff) {
        await recordBeginning({ request, plan, placed, startedAt }, parts);
      }
    } catch (error) {
      begun.resolve(false);
      await answer.return();
      if (placed.isOnWorker) parts.pool.returnWorker(placed.lease);
      else parts.pool.discard(placed.lease);
      throw error;
    }
    begun.resolve(true);
    answer.putBack([
      {
        type: "turn-start",
        turnId: request.turnId,
        conversationId: plan.conversationId,
        conversationName: plan.known?.name ?? request.conversationName ?? plan.conversationId,
        placement: placed.lease.placement,
        ...(plan.isContinuedByName && { isContinuedByName: true }),
        workspace: placed.lease.spec.workspace,
        queuedMs,
        placedMs,
      },
    ]);
    return answer;
  } catch (error) {
    turn[Symbol.dispose]();
    throw error;
  }
}

/** Each step of a turn goes through all of its messages: where they are many, others get their turn between two steps. */
async function letOthersRun({ messages }: TurnRequest): Promise<void> {
  if (messages.length > MANY_MESSAGES) await nextTick();
}

/** Gives the session back and completes the record, however the turn ended. */
async function finishTurn(
  request: TurnRequest,
  plan: TurnPlan,
  placed: PlacedTurn,
  record: TurnRecord,
  end: TerminalEvent,
  parts: TurnRunnerParts,
): Promise<void> {
  const stateHash = stateAfter(request, plan, placed.baseHash, record.answer);
  const isWhole = end.type === "turn-end" && !placed.isCut;
  const held = { stateHash, conversationId: plan.conversationId, turnId: request.turnId };
  const goesOn = isWhole && !request.isOneOff;
  if (placed.isOnWorker) {
    const { givenHistory: history } = placed.lease.session;
    if (goesOn && history) {
      const { systemText } = plan;
      parts.pool.keep({ held, model: request.target.model, systemText, history });
    }
    parts.pool.returnWorker(placed.lease);
  } else if (goesOn && placed.lease.session.canContinue) {
    parts.pool.release(placed.lease, held);
  } else {
    parts.pool.discard(placed.lease);
  }
  if (request.isOneOff) return;
  const { turnId } = request;
  const outcome = record.finish(end, stateHash);
  // The answer exists and the session holds it, whatever becomes of its record.
  await parts.owedWrites.write({
    write: () => parts.store.finishTurn(turnId, outcome),
    onFailure: (error) => parts.logger.error("turn.not-recorded", { turnId, error }),
  });
}

/** The state that the client's next request continues from. An answer that was continued is a single answer to the client. */
function stateAfter(
  request: TurnRequest,
  { history, newMessages }: TurnPlan,
  baseHash: string,
  answer: AnswerMessage,
): string {
  const begun = history.at(-1);
  const isApproval = (request.serverTools?.approvals.length ?? 0) > 0;
  if (newMessages.length > 0 || begun?.role !== "assistant" || isApproval) {
    return extendState(baseHash, [...newMessages, answer], request.tools.list);
  }
  const whole = { role: "assistant" as const, content: [...begun.content, ...answer.content] };
  return hashState(request, [...history.slice(0, -1), whole]);
}

/**
 * Plans the turn and registers it as the only running one of its conversation. If two turns that name no conversation continue
 * from the same state, the second becomes a conversation of its own; a turn that names one waits for the turn running in it.
 */
async function planAlone(
  request: TurnRequest,
  { store, pool, running, conversationLock }: TurnRunnerParts,
  signal: AbortSignal,
): Promise<{ plan: TurnPlan; turn: RunningTurn }> {
  const { turnId } = request;
  let waited: ConversationHold | undefined;
  try {
    for (;;) {
      const plan = await planTurn(request, store, pool);
      const turn = running.tryBegin(plan.conversationId, turnId);
      if (turn) return { plan, turn };
      if (request.conversationName === undefined) {
        const { known: _, ...rest } = plan;
        const branch = { ...rest, conversationId: newConversationId(), branchOf: plan.conversationId };
        return { plan: branch, turn: running.begin(branch.conversationId, turnId) };
      }
      waited?.release();
      waited = await conversationLock.hold(plan.conversationId, turnId, signal);
    }
  } finally {
    waited?.release();
  }
}
