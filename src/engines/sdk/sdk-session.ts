import { randomUUID } from "node:crypto";

import type { Query, SDKUserMessage } from "@anthropic-ai/claude-agent-sdk";

import { AppError, type ErrorInfo } from "../../core/app-error.ts";
import { newSessionId } from "../../core/ids.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { EngineSession, TurnInput } from "../../core/ports/engine.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { TurnSupervisor } from "../../core/ports/turn-supervisor.ts";
import type { PermissionMode } from "../../core/permission-mode.ts";
import { NO_SERVER_TOOLS } from "../../core/server-tools.ts";
import type { TranscriptEntry } from "../../core/transcript.ts";
import {
  type EngineEvent,
  type EngineOutput,
  isTerminalEvent as isTerminal,
  type Notice,
  type TurnEnd,
} from "../../core/turn-event.ts";
import { abortable } from "../../lib/abortable.ts";
import type { PushQueue } from "../../lib/push-queue.ts";
import type { ClaudeProcess } from "../process/claude-process.ts";
import { beginTurn, type TurnBeginning } from "./begin-turn.ts";
import { ClaimWatch } from "./claim-watch.ts";
import { requireCommand } from "./command-text.ts";
import { BLANK_PLACEHOLDER } from "./content/blank-message.ts";
import { findMisstep } from "./find-misstep.ts";
import type { ToolGate } from "./tools/tool-gate.ts";
import { failureParts } from "./failures/failure-parts.ts";
import type { FailureNotesParts } from "./failures/failure-notes.ts";
import { MessageReader, type Received } from "./message-reader.ts";
import { OpenCalls } from "./tools/open-calls.ts";
import { SessionStop } from "./session-stop.ts";
import { SessionTuner } from "./session-tuner.ts";
import { StrictCalls } from "./tools/strict-calls.ts";
import { TurnMapper } from "./turn-mapper.ts";
import type { UserContent } from "./content/user-content.ts";

export interface SdkSessionParts {
  readonly query: Query;
  readonly input: PushQueue<SDKUserMessage>;
  readonly process: ClaudeProcess;
  /** Was given to the process at its start. */
  readonly gate: ToolGate;
  /** The folder that the process works in. */
  readonly workspace: string;
  /** The permission mode that it was started in. */
  readonly permissionMode: PermissionMode;
  /** What was said before this process started. */
  readonly history: readonly TranscriptEntry[];
  readonly hasTools: boolean;
  /** The process was started into its first turn, with these settings. */
  readonly begunWith?: TurnBeginning["settings"];
  /** For a spare: settles when it has become this session. */
  readonly claimed?: Promise<unknown>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A live Claude Code process behind the Agent SDK's `Query`. */
export class SdkSession implements EngineSession {
  readonly id = newSessionId();
  readonly exited: EngineSession["exited"];
  readonly #query: Query;
  readonly #input: PushQueue<SDKUserMessage>;
  readonly #process: ClaudeProcess;
  readonly #gate: ToolGate;
  readonly #workspace: string;
  readonly #openCalls: OpenCalls;
  readonly #reader: MessageReader;
  readonly #tuner: SessionTuner;
  readonly #failures: FailureNotesParts;
  readonly #logger: Logger;
  readonly #hasTools: boolean;
  /** What the process holds, as the Messages API has it. */
  readonly #history: TranscriptEntry[];
  #state: "idle" | "running" | "spent" = "idle";
  /** Of the present turn, or the last one. */
  #mapper: TurnMapper | undefined;
  /** The first turn is under way since the process started. */
  #hasBegun = false;
  #costUsd = 0;
  #closing: Promise<void> | undefined;
  readonly #claim: ClaimWatch;
  readonly #stop: SessionStop;

  constructor(parts: SdkSessionParts) {
    this.#query = parts.query;
    this.#input = parts.input;
    this.#process = parts.process;
    this.#gate = parts.gate;
    this.#workspace = parts.workspace;
    this.#openCalls = new OpenCalls(parts.gate.desk);
    this.#reader = new MessageReader(parts);
    this.#stop = new SessionStop(parts, this.#reader, () => this.#mapper?.isToolRunning ?? false);
    this.#claim = new ClaimWatch(parts.claimed);
    this.#tuner = new SessionTuner(parts.query, parts);
    parts.gate.readCostUsd = () => readCostUsd(parts.query);
    this.#logger = parts.logger.child({ sessionId: this.id, processId: parts.process.processId });
    this.#failures = failureParts(parts.process.environment, parts.clock, this.#logger);
    this.#hasTools = parts.hasTools;
    this.#history = [...parts.history];
    this.exited = parts.process.exited;
    if (parts.begunWith) {
      this.#hasBegun = true;
      this.#reader.expectResult();
    }
  }

  get processId(): number | undefined {
    return this.#process.processId;
  }

  get canContinue(): boolean {
    return this.#state === "idle" && this.#process.isRunning;
  }

  get openCallIds(): readonly string[] {
    return this.#openCalls.ids;
  }

  canTake({ messages, tools, serverTools }: TurnInput): boolean {
    const { desk } = this.#gate;
    if (this.#hasTools && desk.isOutdated(tools.list)) return false;
    // In the middle of its work Claude Code hears nothing but what it waits for.
    if (this.#reader.isResultDue && messages.some(({ role }) => role !== "tool")) return false;
    const given = new Set(serverTools?.approvals.map((approval) => approval.approvalId));
    const waiting = desk.toldApprovalIds;
    return waiting.every((id) => given.has(id)) && messages.length + waiting.length > 0;
  }

  async *runTurn(
    input: TurnInput,
    supervisor: TurnSupervisor,
    signal: AbortSignal,
  ): AsyncIterable<EngineOutput> {
    if (this.#state !== "idle") throw new Error(`A session that is ${this.#state} cannot run a turn.`);
    this.#state = "running";
    const isContinued = this.#reader.isResultDue && !this.#hasBegun;
    const suspended = isContinued ? (this.#mapper?.openActivities ?? []) : [];
    const mapper = (this.#mapper = new TurnMapper({
      costBeforeUsd: this.#costUsd,
      isClientTool: (name) => this.#gate.desk.has(name),
      isContinued,
      reachedLimit: () => this.#gate.limits.reached,
      failures: this.#failures,
    }));
    const stop = () => this.#stop.interrupt();
    signal.addEventListener("abort", stop, { once: true });
    let isOver = false;
    try {
      if (signal.aborted) return yield* mapper.fail(abortError(signal));
      this.#gate.begin({ input, supervisor, workspace: this.#workspace, costUsd: this.#costUsd });
      const { isBlankTurn, events } = await this.#begin(input, signal);
      yield* events;
      yield* mapper.resume(suspended);
      const strict = new StrictCalls(input.tools.list, supervisor);
      while (!isOver) {
        const received = await this.#reader.next(signal, !mapper.isAnswerOpen);
        if (received === "aborted") {
          await this.#stop.settle((message) => {
            // For what it says of usage and cost; nobody is to hear the rest.
            for (const _ of mapper.map(message));
          });
          return yield* mapper.fail(abortError(signal));
        }
        for (const event of this.#understand(received, mapper, input)) {
          if (event.type === "transcript-append") this.#history.push(event.entry);
          const further = event.type === "turn-end" ? this.#goOn(event, mapper, strict) : undefined;
          if (further) {
            yield* further;
            break;
          }
          if (event.type === "turn-end")
            this.#settle(event, mapper, { isBlankTurn, isCommand: input.command !== undefined });
          isOver ||= isTerminal(event);
          if (event.type === "progress") yield event;
          else yield* strict.pass(event);
          if (isOver) break;
        }
      }
    } catch (error) {
      if (this.#claim.refusal) throw this.#claim.refusal;
      const known = signal.aborted ? abortError(signal) : error instanceof AppError ? error.info : undefined;
      if (!known) this.#logger.error("session.failed", { error, errorOutput: this.#process.errorOutput });
      if (!isOver) yield* mapper.fail(known ?? CRASH);
    } finally {
      signal.removeEventListener("abort", stop);
      // Whatever did not end well leaves a turn in the process or in its history: not to be used again.
      if (this.#state === "running") {
        this.#state = "spent";
        if (this.#reader.isResultDue) this.#stop.interrupt();
      }
    }
  }

  close(): Promise<void> {
    this.#state = "spent";
    return (this.#closing ??= this.#stop.shutDown(this.exited));
  }

  /** Gives the turn to Claude Code. When its message is blank, the process cannot be used again. */
  async #begin(
    input: TurnInput,
    signal: AbortSignal,
  ): Promise<{ isBlankTurn: boolean; events: readonly EngineEvent[] }> {
    const { serverTools = NO_SERVER_TOOLS } = input;
    this.#gate.desk.policy.begin(serverTools);
    if (this.#hasBegun) {
      this.#hasBegun = false;
      return { isBlankTurn: false, events: [] };
    }
    const isContinued = this.#reader.isResultDue;
    const held = { history: this.#history, hasTools: this.#hasTools, isContinued };
    const beginning = beginTurn(input, this.#gate.desk, held);
    // Nothing may be pushed once the turn is aborted.
    if (input.command !== undefined) await requireCommand(input.command, this.#query);
    const events = await abortable(this.#tuner.tune(beginning, input), signal);
    const { content, isBlank } = beginning;
    this.#history.push({ role: "user", content });
    if (isContinued) this.#openCalls.answer(input.messages);
    else this.#push(isBlank ? BLANK_PLACEHOLDER : content, input.command !== undefined);
    return { isBlankTurn: isBlank, events };
  }

  #push(content: UserContent, isCommand = false): void {
    this.#openCalls.clear();
    this.#input.push(userMessage(content, isCommand));
    this.#reader.expectResult();
  }

  *#understand(
    received: Exclude<Received, "aborted">,
    mapper: TurnMapper,
    input: TurnInput,
  ): Generator<EngineOutput> {
    if (received === "news") {
      yield* this.#gate.takeEvents();
      const calls = this.#gate.desk.takeUntoldCalls();
      if (calls.length > 0) yield* mapper.suspend(calls);
      return;
    }
    if (received.done) {
      if (this.#claim.refusal) throw this.#claim.refusal;
      // Its output has ended without a result.
      return yield* mapper.fail(CRASH);
    }
    if (this.#claim.isRefusal(received.value)) throw this.#claim.refusal;
    const misstep = findMisstep(received.value, input);
    if (misstep?.type === "failed") {
      this.#logger.error("session.misstep", { message: misstep.error.message, reason: misstep.reason });
      return yield* mapper.fail(misstep.error);
    }
    if (misstep) yield misstep.notice;
    yield* mapper.map(received.value);
  }

  /** Lets Claude go on after all: with calls to mend, or with results that are here already. Undefined when this is the end. */
  #goOn(end: TurnEnd, mapper: TurnMapper, strict: StrictCalls): readonly EngineEvent[] | undefined {
    if (end.reason !== "tool-calls" || mapper.hasHiddenMessages || this.#reader.isResultDue) return undefined;
    const repair = strict.repair();
    const results = repair ?? this.#openCalls.takeResults(mapper.clientCallIds);
    if (!results) return undefined;
    mapper.continueAfterResult();
    this.#push(results);
    // Results that the client gave are in the record as the turn's input.
    return repair
      ? [REPAIR_NOTICE, { type: "transcript-append", entry: { role: "user", content: repair } }]
      : [];
  }

  #settle(
    end: TurnEnd,
    mapper: TurnMapper,
    { isBlankTurn, isCommand }: { readonly isBlankTurn: boolean; readonly isCommand: boolean },
  ): void {
    if (end.reason === "length") {
      this.#stop.preventContinuation();
      return;
    }
    // What a command adds to the history is Claude Code's own.
    if (isBlankTurn || isCommand || mapper.hasHiddenMessages) return;
    this.#costUsd = mapper.totalCostUsd;
    this.#openCalls.open(mapper.clientCallIds);
    // All has been read; an idle process must not be stopped for what came in a rush at the end.
    this.#process.valve.open();
    this.#state = "idle";
  }
}

const REPAIR_NOTICE: Notice = {
  type: "notice",
  code: "arguments-repaired",
  message: "Claude was asked once more for a call whose arguments did not fit its strict tool.",
};

const CRASH: ErrorInfo = {
  kind: "engine-failed",
  message: "Claude Code ended unexpectedly in the middle of this turn. Send the request again.",
};

/** The only source of it in the middle of a turn, as `get_usage` in the Agent SDK; a turn without it has no limit on its cost. */
async function readCostUsd(query: Query): Promise<number> {
  const { session } = await query.usage_EXPERIMENTAL_MAY_CHANGE_DO_NOT_RELY_ON_THIS_API_YET({
    skipBehaviors: true,
  });
  return session.total_cost_usd;
}

function userMessage(content: UserContent, isCommand: boolean): SDKUserMessage {
  // Proof for the cast: these are blocks of the Messages API; its types only list the media types that it takes today.
  const blocks = content as SDKUserMessage["message"]["content"];
  return {
    type: "user",
    uuid: randomUUID(),
    parent_tool_use_id: null,
    // Its text is only text, also in a process that knows commands.
    ...(!isCommand && { client_composed: true as const }),
    message: { role: "user", content: blocks },
  };
}

function abortError(signal: AbortSignal): ErrorInfo {
  const { reason } = signal;
  if (reason instanceof AppError) return reason.info;
  return { kind: "cancelled", message: "The request was cancelled." };
}
