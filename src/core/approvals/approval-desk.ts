import { LONGEST_TIMER_MS, schedule } from "../../lib/time.ts";
import { AppError } from "../words/app-error.ts";
import { type ConversationId, newApprovalId, type PrincipalId, type TurnId } from "../words/ids.ts";
import type {
  Approval,
  ApprovalDecision,
  ApprovalEvent,
  Approvals,
  FoundApproval,
} from "../ports/approvals.ts";
import type { Clock } from "../ports/clock.ts";
import { type Logger, SILENT_LOGGER } from "../ports/logger.ts";
import type { AskedPermission, PermissionAnswer, PermissionQuestion } from "../ports/turn-supervisor.ts";
import type { PermissionOutcome } from "../words/turn-event.ts";
import { AnsweredApprovals } from "./answered-approvals.ts";
import { ApprovalFeed } from "./approval-feed.ts";
import { ConversationGrants } from "./conversation-grants.ts";
import { describeOutcome } from "./describe-outcome.ts";

/** A question with the turn that it comes from. */
export interface TurnQuestion extends PermissionQuestion {
  readonly turnId: TurnId;
  readonly conversationId: ConversationId;
  readonly conversationName?: string;
  readonly principalId: PrincipalId;
  readonly profile: string;
}

export interface ApprovalDeskOptions {
  /** A call that is unanswered for this long is denied. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Records who allowed what, but never a call's input. */
  readonly logger?: Logger;
  /** Beyond this number, a new call is denied at once. */
  readonly maxWaiting?: number;
  readonly schedule?: typeof schedule;
}

interface Waiting {
  readonly approval: Approval;
  readonly settle: (answer: PermissionAnswer) => void;
  /** Cancels the timer and removes the signal's listener. */
  readonly release: () => void;
}

const MAX_WAITING = 1000;

const OUTCOME_OF = { allow: "allowed", deny: "denied", always: "always-allowed" } as const;

/**
 * Where calls wait for a person's answer. Each ends with exactly one outcome: the first answer, the timeout, or `cancelled`
 * when nobody needs the answer any more. Everything that ends a wait is synchronous, so the first to arrive wins.
 */
export class ApprovalDesk implements Approvals {
  #options: Required<ApprovalDeskOptions>;
  readonly #waiting = new Map<string, Waiting>();
  readonly #answered = new AnsweredApprovals();
  readonly #grants = new ConversationGrants();
  readonly #feed = new ApprovalFeed();
  #isClosed = false;

  constructor(options: ApprovalDeskOptions) {
    this.#options = { maxWaiting: MAX_WAITING, schedule, logger: SILENT_LOGGER, ...options };
  }

  /**
   * `signal` aborts when nobody needs the answer any more, because the client has left, the turn is over, or the call is no
   * longer wanted.
   */
  ask(question: TurnQuestion, signal: AbortSignal): AskedPermission {
    const approval = this.#describe(question);
    const { promise: answer, resolve: settle } = Promise.withResolvers<PermissionAnswer>();
    const isFull = this.#waiting.size >= this.#options.maxWaiting;
    const { id } = approval;
    const cancel = () => this.#end(id, "cancelled");
    const cancelTimer = this.#startTimer(this.#options.timeoutMs, () => this.#end(id, "timed-out"));
    const release = () => {
      cancelTimer();
      signal.removeEventListener("abort", cancel);
    };
    this.#waiting.set(id, { approval, settle, release });
    this.#feed.publish({ type: "approval-requested", approval });
    if (signal.aborted || this.#isClosed) cancel();
    else if (isFull) this.#end(id, "denied", { reason: "Too many calls wait for a person's approval." });
    else signal.addEventListener("abort", cancel, { once: true });
    return {
      event: {
        type: "permission-request",
        approvalId: id,
        activityId: question.activityId,
        toolName: question.toolName,
        input: question.input,
        ...(question.work && { work: question.work }),
        summary: question.summary,
        alwaysAllows: question.alwaysAllows,
        expiresAt: approval.expiresAt,
      },
      answer,
    };
  }

  /** The rules that `always` answers have added for the rest of this conversation. */
  grantsOf(conversationId: ConversationId): readonly string[] {
    return this.#grants.of(conversationId);
  }

  /** For calls from now on. */
  setAnswerTime(timeoutMs: number): void {
    this.#options = { ...this.#options, timeoutMs };
  }

  list(): readonly Approval[] {
    return Array.from(this.#waiting.values(), ({ approval }) => approval);
  }

  find(id: string): FoundApproval | undefined {
    const waiting = this.#waiting.get(id);
    return waiting ? { approval: waiting.approval } : this.#answered.find(id);
  }

  decide(id: string, decision: ApprovalDecision, by: string): PermissionOutcome {
    const waiting = this.#waiting.get(id);
    if (!waiting) throw this.#refuse(id);
    const { alwaysAllows, conversationId } = waiting.approval;
    if (decision.type === "always") {
      if (alwaysAllows.length === 0) throw cannotAlwaysAllow();
      this.#grants.add(conversationId, alwaysAllows);
    }
    const outcome = OUTCOME_OF[decision.type];
    this.#end(id, outcome, { by, ...(decision.reason !== undefined && { reason: decision.reason }) });
    if (decision.type === "always") this.#allowCovered(conversationId, by);
    return outcome;
  }

  watch(signal: AbortSignal): AsyncIterable<ApprovalEvent> {
    return this.#feed.watch(signal);
  }

  /** Cancels all waiting calls; later ones are cancelled at once. */
  close(): void {
    this.#isClosed = true;
    for (const id of this.#waiting.keys()) this.#end(id, "cancelled");
    this.#feed.close();
  }

  #describe(question: TurnQuestion): Approval {
    const { activityId: _, ...rest } = question;
    const requestedAt = this.#options.clock();
    return { id: newApprovalId(), ...rest, requestedAt, expiresAt: requestedAt + this.#options.timeoutMs };
  }

  /** Returns a function that cancels it. */
  #startTimer(ms: number, onEnd: () => void): () => void {
    const step = Math.min(ms, LONGEST_TIMER_MS);
    let cancel = () => timer.cancel();
    const timer = this.#options.schedule(step, () => {
      if (ms > step) cancel = this.#startTimer(ms - step, onEnd);
      else onEnd();
    });
    return () => cancel();
  }

  /** Other waiting calls of the conversation that the same "always" covers need no answer of their own. */
  #allowCovered(conversationId: ConversationId, by: string): void {
    for (const { approval } of this.#waiting.values()) {
      if (approval.conversationId !== conversationId) continue;
      if (!this.#grants.cover(conversationId, approval.alwaysAllows)) continue;
      this.#end(approval.id, "allowed", { by });
    }
  }

  #end(
    id: string,
    outcome: PermissionOutcome,
    { by, reason }: { readonly by?: string; readonly reason?: string } = {},
  ): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    const { approval, settle, release } = waiting;
    this.#waiting.delete(id);
    release();
    const answeredBy = by === undefined ? {} : { by };
    this.#answered.add({ approval, outcome, ...answeredBy });
    this.#feed.publish({ type: "approval-resolved", approval, outcome, ...answeredBy });
    const { turnId, conversationId, principalId, toolName } = approval;
    const asked = { approvalId: id, turnId, conversationId, principalId, toolName };
    this.#options.logger.info("approval.resolved", { ...asked, outcome, ...answeredBy });
    settle({ outcome, ...(reason !== undefined && { reason }) });
  }

  #refuse(id: string): AppError {
    const outcome = this.#answered.find(id)?.outcome;
    if (outcome === undefined) {
      return new AppError({ kind: "not-found", message: "There is no approval with this id." });
    }
    const message = `This approval is over: ${describeOutcome(outcome)}. The first answer counts.`;
    return new AppError({ kind: "conflict", message });
  }
}

function cannotAlwaysAllow(): AppError {
  return new AppError({
    kind: "invalid-request",
    message: "This call cannot be allowed for the rest of the conversation. Answer with allow or deny.",
    param: "decision",
  });
}
