import { howToForce } from "../../../core/models/forced-tools.ts";
import { dependsOnModel } from "../../../core/models/fit-turn.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import {
  ClaimRefused,
  type EngineSession,
  type KeptHistory,
  type TurnInput,
} from "../../../core/ports/engine.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { TurnSupervisor } from "../../../core/ports/turn-supervisor.ts";
import { abortReason } from "../../../core/turn/turn-failure.ts";
import { AppError } from "../../../core/words/app-error.ts";
import { newSessionId } from "../../../core/words/ids.ts";
import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import {
  type EngineEvent,
  type EngineOutput,
  isTerminalEvent,
  type TerminalEvent,
} from "../../../core/words/turn-event.ts";
import { AnsweringModel } from "../answering-model.ts";
import { continuesAnswer } from "../begin-turn.ts";
import type { LiveClaude } from "../claude-launcher.ts";
import type { ClaudeMessage } from "../claude-messages.ts";
import { BROKEN_ANSWER } from "../failures/broken-answer.ts";
import { failureParts } from "../failures/failure-parts.ts";
import type { HearPlan } from "../failures/plan-windows.ts";
import type { KnownModels, ModelSources } from "../known-models.ts";
import type { RefusedSchemas } from "../refused-schemas.ts";
import { CRASH, SCHEMA_NOTICE } from "../told-of-turns.ts";
import { AnswerGuard } from "../tools/answer-guard.ts";
import { TurnMapper } from "../turn-mapper.ts";
import type { ApiRoute } from "./api-route.ts";
import { type Canary, REFUSED_STATUS } from "./canary-api.ts";
import { SingleCall } from "./single-call.ts";
import { requireWhole, type WorkerCall, workerCall } from "./worker-call.ts";
import { WorkerProcess } from "./worker-process.ts";

export interface ClaudeWorkerParts extends LiveClaude {
  /** What decides which models the names stand for. */
  readonly sources: ModelSources;
  readonly models: KnownModels;
  readonly schemas: RefusedSchemas;
  readonly route: ApiRoute;
  /** See `CanaryApi`. */
  readonly deadEnd: string;
  /** The folder that the process works in. */
  readonly folder: string;
  readonly hearPlan?: HearPlan | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A process grows with the turns that it has made: it takes about half as much again after a hundred. */
const MAX_TURNS = 200;
/** By then Claude Code has read what it was told while an answer streams. */
const HEEDED_MS = 250;
/** By then it has been refused, if it has called the dead end, even on a loaded machine. */
const DEAD_END_MS = 3_000;
/** By then a process that was interrupted says so, even on a loaded machine. */
const STOPPED_MS = 3_000;
/** A model that goes on calling what is not there will not answer. */
const MAX_VAIN_CALLS = 5;

/**
 * A live Claude Code process that holds no conversation. With each turn it is given the whole request to the model, which it sends
 * in place of its own, and after the turn it forgets what it was told. What it holds is then nothing but a stand-in.
 */
export class ClaudeWorker implements EngineSession {
  readonly id = newSessionId();
  readonly exited: EngineSession["exited"];
  readonly openCallIds = [];
  readonly #parts: ClaudeWorkerParts;
  readonly #process: WorkerProcess;
  readonly #logger: Logger;
  #state: "idle" | "running" | "spent" = "idle";
  #turns = 0;
  /** Since when it asks nobody else, see `WorkerProcess`; milliseconds since the epoch. */
  #asksNobodyElseSince: number | undefined;
  #singleCall = new SingleCall(new Set());
  /** How often the model has called nothing but tools that nobody offered in this turn. */
  #vainCalls = 0;
  /** Whether the process has forgotten its last turn. */
  #hasForgotten: Promise<boolean> = Promise.resolve(true);
  #givenHistory: KeptHistory | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: ClaudeWorkerParts) {
    this.#parts = parts;
    this.#process = new WorkerProcess(parts, parts.route, parts.deadEnd);
    this.#logger = parts.logger.child({ sessionId: this.id, processId: parts.process.processId });
    this.exited = parts.process.exited;
  }

  get processId(): number | undefined {
    return this.#parts.process.processId;
  }

  get canContinue(): boolean {
    return this.#state === "idle" && this.#parts.process.isRunning && this.#turns < MAX_TURNS;
  }

  get givenHistory(): KeptHistory | undefined {
    return this.#givenHistory;
  }

  /** See `WorkerProcess.sings`. */
  sings(canary: Canary): Promise<boolean> {
    return this.#process.sings(canary);
  }

  canTake(): boolean {
    return true;
  }

  async *runTurn(
    input: TurnInput,
    supervisor: TurnSupervisor,
    signal: AbortSignal,
  ): AsyncIterable<EngineOutput> {
    // An answer is given only when it is certain that nothing of the turn before is left.
    if (!(await this.#hasForgotten))
      throw new ClaimRefused("The worker did not forget its last turn.", false);
    if (this.#state !== "idle") throw new Error(`A worker that is ${this.#state} cannot run a turn.`);
    this.#state = "running";
    this.#turns += 1;
    this.#vainCalls = 0;
    this.#givenHistory = undefined;
    const stop = () => this.#process.interrupt();
    signal.addEventListener("abort", stop, { once: true });
    this.#singleCall = new SingleCall(new Set(input.tools.list.map(({ name }) => name)));
    let mapper = this.#newMapper();
    let isOver = false;
    /** The model's API has been asked. */
    let isAsked = false;
    try {
      if (signal.aborted) return yield* mapper.fail(abortReason(signal).info);
      const model = await this.#findModel(input);
      const meets = { abilities: model.abilities, schemas: this.#parts.schemas };
      const guard = new AnswerGuard(input.tools, howToForce(input.tools, meets.abilities), supervisor);
      const said: TranscriptEntry[] = [];
      let call = workerCall(input, said, meets, this.#parts.route);
      this.#ask(call);
      while (!isOver) {
        const received = await this.#process.next(signal);
        if (received === "aborted") {
          await this.#process.settle((message) => {
            // The messages are read for usage and cost only; nobody is to hear the rest.
            for (const _ of this.#map(message, mapper));
          });
          isOver = true;
          const events = [...mapper.fail(abortReason(signal).info)];
          this.#conclude(mapper, true);
          return yield* events;
        }
        if (received === "news") continue;
        if (received.done && !isAsked) throw new ClaimRefused("The worker's process had ended.", false);
        isAsked ||= !received.done && isWork(received.value);
        if (!received.done && received.value.type === "system" && received.value.subtype === "init") {
          model.hear(received.value.model);
        }
        for (const event of received.done ? mapper.fail(CRASH) : this.#map(received.value, mapper)) {
          if (event.type === "transcript-append") said.push(event.entry);
          if (event.type === "text-delta" || event.type === "tool-call-start") this.#askNobodyElse();
          const isEnd = isTerminalEvent(event);
          if (isEnd) {
            const again = event.type === "turn-end" ? this.#goOn(event, mapper, guard) : undefined;
            if (again) {
              if (again.entry) said.push(again.entry);
              yield* again.events;
            } else if (this.#isToBeGivenAgain(event, input, mapper)) {
              said.length = 0;
              mapper = this.#newMapper();
              yield SCHEMA_NOTICE;
            } else {
              isOver = true;
              // The words that ask for the rest of an answer are no part of the conversation.
              if (event.type === "turn-end" && !continuesAnswer(input)) this.#keep(call, said, mapper);
              this.#conclude(mapper);
            }
            if (!isOver) {
              if (!(await this.#process.forget())) throw new Error("The process did not forget a request.");
              call = workerCall(input, said, meets, this.#parts.route);
              this.#ask(call);
              break;
            }
          }
          const passed = guard.pass(event);
          for (const out of passed instanceof Promise ? await passed : passed) yield out;
          if (isOver) break;
        }
      }
    } catch (error) {
      if (error instanceof ClaimRefused) throw error;
      // Its process had ended before: nothing has reached the model's API.
      if (!isAsked && !signal.aborted && !this.#parts.process.isRunning) {
        throw new ClaimRefused("The worker's process had ended.", false, { cause: error });
      }
      const known = signal.aborted
        ? abortReason(signal).info
        : error instanceof AppError
          ? error.info
          : undefined;
      if (!known) {
        const { errorOutput } = this.#parts.process;
        this.#logger.error("session.failed", { error, errorOutput });
      }
      if (!isOver) yield* mapper.fail(known ?? CRASH);
    } finally {
      signal.removeEventListener("abort", stop);
      if (this.#state === "running") {
        // Nothing was sent: it is as it was.
        this.#state = isAsked || this.#process.isUnderWay ? "spent" : "idle";
        if (this.#process.isUnderWay) this.#process.interrupt();
      }
    }
  }

  close(): Promise<void> {
    this.#state = "spent";
    return (this.#closing ??= this.#process.close());
  }

  #newMapper(): TurnMapper {
    return new TurnMapper({
      costBeforeUsd: this.#process.costUsd,
      isClientTool: (name) => this.#singleCall.isClientTool(name),
      isContinued: false,
      workspace: this.#parts.folder,
      hearPlan: this.#parts.hearPlan,
      failures: failureParts(this.#parts.process.environment, this.#parts.clock, this.#logger),
    });
  }

  /** Where it matters which model answers, it is known before the request is worded. */
  async #findModel(turn: TurnInput): Promise<AnsweringModel> {
    const { connection, models, sources } = this.#parts;
    const name = requireWhole(turn).spec.model;
    const model = new AnsweringModel(name, sources, models);
    if (dependsOnModel(turn) && models.find(name, sources) === undefined) {
      await connection.applySettings({ model: name === "default" ? null : name });
      await model.find(connection);
    }
    return model;
  }

  #ask({ settings }: WorkerCall): void {
    this.#asksNobodyElseSince = undefined;
    this.#process.ask(settings);
  }

  #askNobodyElse(): void {
    if (this.#asksNobodyElseSince !== undefined) return;
    this.#asksNobodyElseSince = this.#parts.clock();
    this.#process.askNobodyElse();
  }

  *#map(message: ClaudeMessage, mapper: TurnMapper): Generator<EngineOutput> {
    // What the client reads has broken off, and another answer cannot take its place.
    if (this.#asksNobodyElseSince !== undefined && asksAgain(message))
      return yield* mapper.fail(BROKEN_ANSWER);
    const told = this.#singleCall.read(message);
    if (told) yield* mapper.map(told);
  }

  /** What is said to Claude when it has to be asked once more. Nothing: Claude Code has answered its calls already. */
  #goOn(
    end: TerminalEvent & { readonly type: "turn-end" },
    mapper: TurnMapper,
    guard: AnswerGuard,
  ): { readonly entry?: TranscriptEntry; readonly events: readonly EngineEvent[] } | undefined {
    if (mapper.hasHiddenMessages || this.#process.isUnderWay) return undefined;
    if (end.reason === "tool-calls" && mapper.clientCallIds.length === 0) {
      if (this.#vainCalls >= MAX_VAIN_CALLS) return undefined;
      this.#vainCalls += 1;
      mapper.continueAfterResult();
      return { events: [] };
    }
    const again = guard.askAgain(end);
    if (!again) return undefined;
    mapper.continueAfterResult(again);
    const entry: TranscriptEntry = { role: "user", content: again.content };
    return { entry, events: [again.notice, { type: "transcript-append", entry }] };
  }

  /** Whether the API has refused the schema of the answer's format before the model answered: it is then told in words. */
  #isToBeGivenAgain(event: TerminalEvent, input: TurnInput, mapper: TurnMapper): boolean {
    if (event.type !== "turn-error" || this.#process.isUnderWay) return false;
    return this.#parts.schemas.learn(input.outputFormat, event.error) && !mapper.hasAnswered;
  }

  #keep(
    { entries, prefix, bytes: sent }: WorkerCall,
    said: readonly TranscriptEntry[],
    mapper: TurnMapper,
  ): void {
    if (mapper.hasHiddenMessages || mapper.isCutShort) return;
    // A call that was made again has what was said before it in its entries.
    const answer = said.slice(said.findLastIndex(({ role }) => role === "user") + 1);
    const bytes = sent + JSON.stringify(answer).length;
    this.#givenHistory = { entries: [...entries, ...answer], prefix, bytes };
  }

  /** Before the client hears of the end, so that the worker can be lent again. */
  #conclude(mapper: TurnMapper, isInterrupted = false): void {
    const isUnfinished = mapper.isCutShort || this.#process.isUnderWay;
    const heedsSince = this.#asksNobodyElseSince ?? Number.POSITIVE_INFINITY;
    // After a limit Claude Code asks the model again by itself. Only its end prevents that, where it may not heed yet.
    if (isUnfinished && !isInterrupted && this.#parts.clock() - heedsSince < HEEDED_MS) {
      this.#state = "spent";
      this.#process.preventContinuation();
      return;
    }
    this.#parts.process.valve.open();
    this.#state = "idle";
    this.#hasForgotten = isUnfinished
      ? this.#process.forgetUnfinished(isInterrupted ? STOPPED_MS : DEAD_END_MS)
      : this.#process.forget();
    void this.#hasForgotten.then(async (hasForgotten) => {
      if (hasForgotten) return;
      if (isUnfinished) this.#process.preventContinuation();
      await this.close();
    });
  }
}

/** Whether the process has begun to ask the model's API. Before, it only says that it has read what it was told. */
function isWork(message: ClaudeMessage): boolean {
  if (message.type === "system") return message.subtype !== "init";
  return ["stream_event", "assistant", "user", "result"].includes(message.type);
}

/** Whether the process asks for another answer in place of one that broke off, or has been refused it. */
function asksAgain(message: ClaudeMessage): boolean {
  if (message.type === "system") return message.subtype === "api_retry";
  return (
    message.type === "result" && message.subtype === "success" && message.api_error_status === REFUSED_STATUS
  );
}
