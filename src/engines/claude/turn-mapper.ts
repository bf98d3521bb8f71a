import type { ErrorInfo } from "../../core/words/app-error.ts";
import type { EngineEvent, EngineOutput, StopReason } from "../../core/words/turn-event.ts";
import { AnswerText } from "./answer-text.ts";
import type {
  ApiRetryMessage,
  ClaudeMessage,
  RateLimitInfo,
  ResultMessage,
  StreamEvent,
} from "./claude-messages.ts";
import { isCall } from "./content/call-ids.ts";
import { ClientCalls } from "./tools/client-calls.ts";
import type { Waiting } from "./tools/client-tool-desk.ts";
import { BROKEN_ANSWER } from "./failures/broken-answer.ts";
import { FailureNotes, type FailureNotesParts } from "./failures/failure-notes.ts";
import { type HearPlan, readPlanWindows } from "./failures/plan-windows.ts";
import { rateLimitNotice, retryNotice } from "./failures/limit-notices.ts";
import type { ReachedLimit } from "./tools/turn-limits.ts";
import { approvalRequest } from "./tools/server-tool-policy.ts";
import { endsByLimit, stopReasonOf, WINDOW_FULL } from "./stop-reason.ts";
import { StreamedAnswer } from "./streamed-answer.ts";
import { TurnAccount } from "./turn-account.ts";
import { type OpenActivity, ToolActivities } from "./tools/tool-activities.ts";
import { TurnTranscript } from "./content/turn-transcript.ts";
import { WholeMessages } from "./whole-messages.ts";

/**
 * Turns the messages of one turn into events. Pure but for its own state: messages in, events out; the last event is the
 * terminal one. Messages of sub-agents are left out.
 */
export class TurnMapper {
  readonly #account: TurnAccount;
  readonly #transcript = new TurnTranscript();
  #isCutShort = false;
  readonly #failure: FailureNotes;
  readonly #text = new AnswerText();
  readonly #activities: ToolActivities;
  readonly #calls: ClientCalls;
  readonly #answer: StreamedAnswer;
  readonly #whole: WholeMessages;
  readonly #reachedLimit: () => ReachedLimit | undefined;
  readonly #hearPlan: HearPlan | undefined;

  constructor(parts: {
    /** The cost of the process before this turn. */
    readonly costBeforeUsd: number;
    readonly isClientTool: (name: string) => boolean;
    /** The turn continues what Claude Code began in the turn before. */
    readonly isContinued: boolean;
    /** The limit that ended this turn. */
    readonly reachedLimit?: () => ReachedLimit | undefined;
    /** Claude Code works with tools of its own: after an empty answer it may ask the model for words once more. */
    readonly hasTools?: boolean;
    /** Absolute path of the folder that the process works in. */
    readonly workspace: string;
    readonly failures: FailureNotesParts;
    /** Told of what the API says of the plan. */
    readonly hearPlan?: HearPlan | undefined;
  }) {
    this.#hearPlan = parts.hearPlan;
    this.#account = new TurnAccount(parts.costBeforeUsd, parts.isContinued);
    this.#calls = new ClientCalls(parts.isClientTool);
    this.#activities = new ToolActivities(parts.workspace);
    this.#reachedLimit = parts.reachedLimit ?? (() => undefined);
    this.#answer = new StreamedAnswer({
      text: this.#text,
      calls: this.#calls,
      usage: this.#account.calls,
      hasTools: parts.hasTools ?? false,
    });
    this.#failure = new FailureNotes(parts.failures);
    this.#whole = new WholeMessages({
      transcript: this.#transcript,
      text: this.#text,
      calls: this.#calls,
      activities: this.#activities,
      answer: this.#answer,
      failure: this.#failure,
    });
  }

  /** The ids of the calls that this turn left to the client. */
  get clientCallIds(): readonly string[] {
    return this.#calls.endedIds;
  }

  /** The cost of the process including this turn, in US dollars. */
  get totalCostUsd(): number {
    return this.#account.totalCostUsd;
  }

  /** The process holds more than the conversation, so it must not continue the conversation. */
  get hasHiddenMessages(): boolean {
    return this.#whole.hasHidden;
  }

  /** The process holds thinking that the API would refuse, so it must not continue the conversation. */
  get hasLooseThinking(): boolean {
    return this.#answer.hasLooseThinking;
  }

  /** The turn has ended before Claude Code was finished, so Claude Code would continue by itself. */
  get isCutShort(): boolean {
    return this.#isCutShort;
  }

  /** The model has begun an answer in this turn. */
  get hasAnswered(): boolean {
    return this.#answer.messageId !== undefined;
  }

  /** The model is in the middle of an answer. */
  get isAnswerOpen(): boolean {
    return this.#answer.isOpen;
  }

  /** One of Claude Code's own tools is running: silence is then no sign of a stalled model. */
  get isToolRunning(): boolean {
    return this.#activities.isRunning;
  }

  *map(message: ClaudeMessage): Generator<EngineOutput> {
    if ("parent_tool_use_id" in message && message.parent_tool_use_id !== null) return;
    switch (message.type) {
      case "stream_event":
        yield* this.#mapStreamEvent(message.event);
        return;
      case "assistant":
        yield* this.#whole.assistant(message);
        return;
      case "user":
        yield* this.#whole.user(message);
        // An open answer ends first.
        if (this.#whole.hasRefusedCall && !this.#answer.isOpen) yield* this.#endAfterRefusal();
        return;
      case "rate_limit_event":
        yield* this.#mapRateLimit(message.rate_limit_info);
        return;
      case "result":
        // A background task may start a turn of its own, whose result does not end this turn.
        if ("origin" in message && message.origin?.kind === "task-notification") return;
        yield* this.#mapResult(message);
        return;
      case "system":
        if (message.subtype === "thinking_tokens") {
          this.#account.calls.thinkingEstimated(message.estimated_tokens_delta);
          yield { type: "progress" };
        }
        if (message.subtype === "status") yield* this.#activities.compaction(message.status === "compacting");
        if (message.subtype === "api_retry") yield* this.#mapRetry(message);
        if (message.subtype === "model_refusal_no_fallback") this.#failure.addRefusal(message);
        return;
      default:
    }
  }

  /**
   * Ends the turn while calls wait for the client: for their result, or for its permission to run. In the record, client calls
   * made by sub-agents replace the sub-agents, so that the history has the call that each result answers.
   */
  *suspend(waiting: readonly Waiting[]): Generator<EngineEvent> {
    yield* this.#calls.settle(false);
    const calls = waiting.flatMap((each) => ("callId" in each ? [each] : []));
    for (const { callId, name, input } of calls) yield* this.#calls.whole(callId, name, input);
    for (const each of waiting) if ("approvalId" in each) yield approvalRequest(each);
    const blocks = calls.map(({ callId, name, input }) => ({ type: "tool_use", id: callId, name, input }));
    yield* this.#transcript.complete(calls.length === 0 ? undefined : this.#activities.isOver, blocks);
    if (calls.length > 0) this.#activities.forgetOpen();
    this.#account.countCalls();
    yield* this.#end("tool-calls");
  }

  /** What Claude Code was in the middle of when the turn was suspended. */
  get openActivities(): readonly OpenActivity[] {
    return this.#activities.open;
  }

  /** Continues what was open when the turn before was suspended. This turn reports it again. */
  resume(open: readonly OpenActivity[]): Generator<EngineEvent> {
    return this.#activities.resume(open);
  }

  /** Claude is to continue after its result: the turn has not ended, and its calls are answered. */
  continueAfterResult({ takesBackText }: { readonly takesBackText?: true } = {}): void {
    this.#account.countCalls();
    this.#calls.clear();
    if (takesBackText) this.#text.takeBack();
  }

  /** The terminal event of a turn that fails. Its usage is what the calls reported while streaming. */
  *fail(error: ErrorInfo): Generator<EngineEvent> {
    yield* this.#transcript.complete();
    yield { type: "turn-error", error, ...this.#account.sum() };
  }

  *#mapStreamEvent(event: StreamEvent): Generator<EngineOutput> {
    const outcome = yield* this.#answer.map(event);
    if (event.type === "message_start" && !outcome) this.#failure.answerBegan();
    if (outcome?.type === "said-twice") yield* this.fail(BROKEN_ANSWER);
    if (outcome?.type === "ended") yield* this.#mapAnswerEnd(outcome.reason);
  }

  *#mapAnswerEnd(reason: string | null): Generator<EngineEvent> {
    // Claude Code would continue by itself with a hidden "Resume directly" turn, but the client asked for a limit.
    if (endsByLimit(reason)) {
      this.#isCutShort = true;
      const { cutId } = this.#calls;
      yield* this.#transcript.complete(
        (block) => cutId === undefined || !isCall(block) || block.id !== cutId,
      );
      yield* this.#end("length", { isWindowFull: reason === WINDOW_FULL });
    } else if (this.#whole.hasRefusedCall) yield* this.#endAfterRefusal();
    else if (this.#answer.isEmpty(reason)) {
      this.#isCutShort = true;
      // An answer without words has no place in a history.
      this.#transcript.drop();
      yield* this.#end(stopReasonOf(reason));
    }
  }

  *#mapRetry(retry: ApiRetryMessage): Generator<EngineEvent> {
    this.#answer.retried();
    const error = this.#failure.addRetry(retry, this.hasAnswered);
    if (error) yield* this.fail(error);
    else yield retryNotice(retry);
  }

  *#mapRateLimit(info: RateLimitInfo): Generator<EngineEvent> {
    this.#hearPlan?.(readPlanWindows(info));
    if (info.status === "allowed") return;
    this.#failure.addRateLimit(info);
    yield rateLimitNotice(info);
  }

  *#mapResult(result: ResultMessage): Generator<EngineEvent> {
    this.#account.hearCost(result);
    if (!result.is_error && result.subtype === "success") {
      // When a whole call came before it, Claude Code takes a broken connection for the end of the answer.
      if (this.#text.isOpen || this.#calls.isOpen) {
        yield* this.fail(BROKEN_ANSWER);
        return;
      }
      const reason = this.#reachedLimit() ?? stopReasonOf(result.stop_reason);
      yield* this.#end(reason, { result });
      return;
    }
    yield* this.fail(this.#failure.describe(result));
  }

  *#end(
    reason: StopReason,
    {
      result,
      isWindowFull = false,
    }: { readonly result?: ResultMessage; readonly isWindowFull?: boolean } = {},
  ): Generator<EngineEvent> {
    yield* this.#transcript.complete();
    const stopSequence = reason === "stop-sequence" ? this.#answer.stopSequence : undefined;
    yield {
      type: "turn-end",
      reason,
      ...(stopSequence === undefined ? {} : { stopSequence }),
      ...(isWindowFull && { isWindowFull }),
      ...this.#account.sum(result),
    };
  }

  /** The client is to answer the call that Claude Code has refused, before Claude hears of the refusal. */
  *#endAfterRefusal(): Generator<EngineEvent> {
    // Calls of Claude Code's own tools that are still running will get no result.
    yield* this.#transcript.complete(this.#activities.isOver);
    yield* this.#end("tool-calls");
  }
}
