import { abortReason } from "../../core/turn/turn-failure.ts";
import { AppError } from "../../core/words/app-error.ts";
import { newSessionId } from "../../core/words/ids.ts";
import { howToForce } from "../../core/models/forced-tools.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { EngineSession, TurnInput } from "../../core/ports/engine-session.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { TurnSupervisor } from "../../core/ports/turn-supervisor.ts";
import type { TranscriptEntry } from "../../core/words/transcript.ts";
import {
  type EngineEvent,
  type EngineOutput,
  isTerminalEvent as isTerminal,
  type TurnEnd,
  type TurnError,
} from "../../core/words/turn-event.ts";
import type { ClaudeProcess } from "../process/claude-process.ts";
import { commandArguments } from "./command-text.ts";
import { findMisstep } from "./find-misstep.ts";
import type { ToolGate } from "./tools/tool-gate.ts";
import { failureParts } from "./failures/failure-parts.ts";
import type { HearPlan } from "./failures/plan-windows.ts";
import type { FailureNotesParts } from "./failures/failure-notes.ts";
import { MessageReader, type Received } from "./message-reader.ts";
import { schemaOf } from "./output-format.ts";
import { SessionStop } from "./session-stop.ts";
import { CRASH, SCHEMA_NOTICE } from "./told-of-turns.ts";
import { AnswerGuard } from "./tools/answer-guard.ts";
import { type GivenTurn, TurnGiver, type TurnGiverParts } from "./turn-giver.ts";
import { TurnMapper } from "./turn-mapper.ts";

export interface ClaudeSessionParts extends TurnGiverParts {
  readonly process: ClaudeProcess;
  /** The gate that the process was given at its start. */
  readonly gate: ToolGate;
  /** The folder that the process works in. */
  readonly workspace: string;
  /** The client's. */
  readonly systemText: string;
  readonly hearPlan?: HearPlan | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A live Claude Code process that holds one conversation. */
export class ClaudeSession implements EngineSession {
  readonly id = newSessionId();
  readonly exited: EngineSession["exited"];
  readonly #parts: ClaudeSessionParts;
  readonly #process: ClaudeProcess;
  readonly #gate: ToolGate;
  readonly #reader: MessageReader;
  readonly #giver: TurnGiver;
  readonly #failures: FailureNotesParts;
  readonly #logger: Logger;
  #state: "idle" | "running" | "spent" = "idle";
  /** The mapper of the present turn, or of the last one. */
  #mapper: TurnMapper | undefined;
  #costUsd = 0;
  #closing: Promise<void> | undefined;
  readonly #stop: SessionStop;

  constructor(parts: ClaudeSessionParts) {
    this.#parts = parts;
    this.#process = parts.process;
    this.#gate = parts.gate;
    this.#reader = new MessageReader(parts);
    this.#giver = new TurnGiver(parts, parts.gate.desk, this.#reader);
    this.#stop = new SessionStop(parts, this.#reader, () => this.#mapper?.isToolRunning ?? false);
    parts.gate.readCostUsd = () => parts.connection.readCostUsd();
    this.#logger = parts.logger.child({ sessionId: this.id, processId: parts.process.processId });
    this.#failures = failureParts(parts.process.environment, parts.clock, this.#logger, () => [
      parts.systemText,
      ...this.#giver.history,
    ]);
    this.exited = parts.process.exited;
  }

  get processId(): number | undefined {
    return this.#process.processId;
  }

  get canContinue(): boolean {
    return this.#state === "idle" && this.#process.isRunning;
  }

  get openCallIds(): readonly string[] {
    return this.#giver.openCalls.ids;
  }

  canTake(turn: TurnInput): boolean {
    const { messages, tools, serverTools } = turn;
    const { desk } = this.#gate;
    if (this.#parts.hasTools && desk.isOutdated(tools.list)) return false;
    if (!this.#giver.keepsThinking(turn)) return false;
    // In the middle of its work Claude Code takes only the tool results that it waits for.
    if (this.#reader.isResultDue && messages.some(({ role }) => role !== "tool")) return false;
    const given = new Set(serverTools?.approvals.map((approval) => approval.approvalId));
    const waiting = desk.toldApprovalIds;
    // This process does not wait for the approval of a call that another process made.
    return waiting.every((id) => given.has(id)) && (messages.length > 0 || given.size === waiting.length);
  }

  async *runTurn(
    input: TurnInput,
    supervisor: TurnSupervisor,
    signal: AbortSignal,
  ): AsyncIterable<EngineOutput> {
    if (this.#state !== "idle") throw new Error(`A session that is ${this.#state} cannot run a turn.`);
    this.#state = "running";
    const { isContinued } = this.#giver;
    const suspended = isContinued ? (this.#mapper?.openActivities ?? []) : [];
    let mapper = this.#startMapping(isContinued);
    const stop = () => this.#stop.interrupt();
    signal.addEventListener("abort", stop, { once: true });
    let isOver = false;
    try {
      if (signal.aborted) return yield* mapper.fail(abortReason(signal).info);
      const { workspace } = this.#parts;
      this.#gate.begin({ input, supervisor, workspace, costUsd: this.#costUsd });
      if (input.command !== undefined) await this.#gate.requireArguments(commandArguments(input.messages));
      let given = await this.#giver.give(input, signal);
      yield* given.events;
      yield* mapper.resume(suspended);
      const guard = new AnswerGuard(input.tools, howToForce(input.tools, this.#giver.abilities), supervisor);
      while (!isOver) {
        const received = await this.#reader.next(signal, !mapper.isAnswerOpen);
        if (received === "aborted") {
          await this.#stop.settle((message) => {
            // The messages are read for usage and cost only; nobody is to hear the rest.
            for (const _ of mapper.map(message));
          });
          return yield* mapper.fail(abortReason(signal).info);
        }
        for (const event of this.#understand(received, mapper, input)) {
          if (event.type === "transcript-append") this.#giver.record(event.entry);
          const further = event.type === "turn-end" ? this.#goOn(event, mapper, guard) : undefined;
          if (further) {
            yield* further;
            break;
          }
          if (event.type === "turn-error" && (await this.#isToBeGivenAgain(event, input, mapper))) {
            mapper = this.#startMapping(false);
            yield SCHEMA_NOTICE;
            given = await this.#giver.give(input, signal);
            yield* given.events;
            break;
          }
          if (event.type === "turn-end") this.#settle(event, mapper, given, input);
          isOver ||= isTerminal(event);
          const passed = guard.pass(event);
          for (const said of passed instanceof Promise ? await passed : passed) yield said;
          if (isOver) break;
        }
      }
    } catch (error) {
      const { refusal } = this.#parts.connection;
      if (refusal) throw refusal;
      const known = signal.aborted
        ? abortReason(signal).info
        : error instanceof AppError
          ? error.info
          : undefined;
      if (!known) this.#logger.error("session.failed", { error, errorOutput: this.#process.errorOutput });
      if (!isOver) yield* mapper.fail(known ?? CRASH);
    } finally {
      signal.removeEventListener("abort", stop);
      // A turn that did not end well leaves something in the process or in its history, so the session must not be used again.
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

  #startMapping(isContinued: boolean): TurnMapper {
    this.#mapper = new TurnMapper({
      costBeforeUsd: this.#costUsd,
      isClientTool: (name) => this.#gate.desk.has(name),
      isContinued,
      reachedLimit: () => this.#gate.limits.reached,
      hasTools: this.#parts.hasTools,
      workspace: this.#parts.workspace,
      failures: this.#failures,
      hearPlan: this.#parts.hearPlan,
    });
    return this.#mapper;
  }

  /**
   * Whether the turn is to be given again, with the schema in words: the API has refused the schema of the answer's format before
   * the model answered.
   */
  async #isToBeGivenAgain({ error }: TurnError, input: TurnInput, mapper: TurnMapper): Promise<boolean> {
    if (!this.#parts.schemas.learn({ format: schemaOf(input.outputFormat) }, error)) return false;
    return !mapper.hasAnswered && (await this.#giver.takeBack());
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
    if (received.done || received.value.type === "result") {
      const { refusal } = this.#parts.connection;
      if (refusal) throw refusal;
    }
    // The output has ended without a result.
    if (received.done) return yield* mapper.fail(CRASH);
    const { value } = received;
    if (value.type === "system" && value.subtype === "init") this.#giver.hear(value.model);
    const misstep = findMisstep(value, input);
    if (misstep?.type === "failed") {
      this.#logger.error("session.misstep", { message: misstep.error.message, reason: misstep.reason });
      return yield* mapper.fail(misstep.error);
    }
    if (misstep) yield misstep.notice;
    yield* mapper.map(value);
  }

  /**
   * Lets Claude continue the turn, with something to correct or with results that have already come. Undefined when the turn ends
   * here.
   */
  #goOn(end: TurnEnd, mapper: TurnMapper, guard: AnswerGuard): readonly EngineEvent[] | undefined {
    if (mapper.hasHiddenMessages || this.#reader.isResultDue) return undefined;
    const again = guard.askAgain(end);
    const results =
      end.reason === "tool-calls" ? this.#giver.openCalls.takeResults(mapper.clientCallIds) : undefined;
    const content = again?.content ?? results;
    if (!content) return undefined;
    mapper.continueAfterResult(again);
    this.#giver.say(content);
    const entry: TranscriptEntry = { role: "user", content };
    this.#giver.record(entry);
    // Results that the client gave are already in the record, as the turn's input.
    return again ? [again.notice, { type: "transcript-append", entry }] : [];
  }

  #settle(end: TurnEnd, mapper: TurnMapper, { isUnsaid }: GivenTurn, { command }: TurnInput): void {
    if (mapper.isCutShort) {
      this.#stop.preventContinuation();
      return;
    }
    // A command adds text of Claude Code's own to the history.
    if (isUnsaid || command !== undefined || mapper.hasHiddenMessages || this.#giver.hasDoubtfulIds) return;
    if (mapper.hasLooseThinking) return;
    this.#costUsd = mapper.totalCostUsd;
    this.#giver.openCalls.open(mapper.clientCallIds);
    // All output has been read. A burst at the end must not leave an idle process stopped.
    this.#process.valve.open();
    this.#state = "idle";
  }
}
