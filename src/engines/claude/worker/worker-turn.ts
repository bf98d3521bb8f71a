import { howToForce, offeredTools } from "../../../core/models/forced-tools.ts";
import { dependsOnModel } from "../../../core/models/fit-turn.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import { ClaimRefused, type KeptHistory, type TurnInput } from "../../../core/ports/engine-session.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { TurnSupervisor } from "../../../core/ports/turn-supervisor.ts";
import { abortReason } from "../../../core/turn/turn-failure.ts";
import type { ErrorInfo } from "../../../core/words/app-error.ts";
import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import { type EngineOutput, isTerminalEvent, type TerminalEvent } from "../../../core/words/turn-event.ts";
import { AnsweringModel } from "../answering-model.ts";
import { type ContentMeets, continuesAnswer } from "../begin-turn.ts";
import type { LiveClaude } from "../claude-launcher.ts";
import type { ClaudeMessage } from "../claude-messages.ts";
import { holdsThinking, withoutThinking } from "../content/bound-thinking.ts";
import { BROKEN_ANSWER } from "../failures/broken-answer.ts";
import { failureParts } from "../failures/failure-parts.ts";
import type { HearPlan } from "../failures/plan-windows.ts";
import type { KnownModels, ModelSources } from "../known-models.ts";
import type { RefusedSchemas } from "../refused-schemas.ts";
import { CRASH, SCHEMA_NOTICE } from "../told-of-turns.ts";
import { AnswerGuard } from "../tools/answer-guard.ts";
import { TurnMapper } from "../turn-mapper.ts";
import type { ApiRoute } from "./api-route.ts";
import { REFUSED_STATUS } from "./canary-api.ts";
import { SingleCall } from "./single-call.ts";
import { requireWhole, type WorkerCall, workerCall } from "./worker-call.ts";
import type { WorkerProcess } from "./worker-process.ts";

/** What a worker's turns need besides its process. */
export interface WorkerTurnParts extends LiveClaude {
  /** What decides which models the names stand for. */
  readonly sources: ModelSources;
  readonly models: KnownModels;
  readonly schemas: RefusedSchemas;
  readonly route: ApiRoute;
  /** The folder that the process works in. */
  readonly folder: string;
  readonly hearPlan?: HearPlan | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A model that goes on calling what is not there will not answer. */
const MAX_VAIN_CALLS = 5;

/** One turn of a worker: the request to the model, those that follow where it has to be asked once more, and the answer. */
export class WorkerTurn {
  readonly #parts: WorkerTurnParts;
  readonly #process: WorkerProcess;
  readonly #input: TurnInput;
  readonly #signal: AbortSignal;
  #singleCall = new SingleCall(new Set());
  /** What was said in this turn, as the model is told when it is asked once more. */
  #said: TranscriptEntry[] = [];
  #mapper: TurnMapper;
  #call: WorkerCall | undefined;
  #isAsked = false;
  #isOver = false;
  #isInterrupted = false;
  #asksNobodyElseSince: number | undefined;
  /** How often the model has called nothing but tools that nobody offered. */
  #vainCalls = 0;
  #takesThinking = true;
  #givenHistory: KeptHistory | undefined;

  constructor(parts: WorkerTurnParts, process: WorkerProcess, input: TurnInput, signal: AbortSignal) {
    this.#parts = parts;
    this.#process = process;
    this.#input = input;
    this.#signal = signal;
    this.#mapper = this.#newMapper();
  }

  /** Whether the model's API has been asked. */
  get isAsked(): boolean {
    return this.#isAsked;
  }

  /** Whether Claude Code may still be at work: the answer has reached a limit, or was to be stopped. */
  get isUnfinished(): boolean {
    return this.#mapper.isCutShort || this.#process.isUnderWay;
  }

  /** Whether it was to be stopped before its end. */
  get isInterrupted(): boolean {
    return this.#isInterrupted;
  }

  /** Since when the process asks nobody else, see `WorkerProcess`; milliseconds since the epoch. */
  get asksNobodyElseSince(): number | undefined {
    return this.#asksNobodyElseSince;
  }

  /** The conversation as the model was given it, with its answer. Nothing: it cannot be continued from there. */
  get givenHistory(): KeptHistory | undefined {
    return this.#givenHistory;
  }

  /** @param onOver called at the end of the turn, before it is told */
  async *run(supervisor: TurnSupervisor, onOver: () => void): AsyncGenerator<EngineOutput, void, undefined> {
    if (this.#signal.aborted) return yield* this.fail(abortReason(this.#signal).info);
    const model = await this.#findModel();
    const meets = { abilities: model.abilities, schemas: this.#parts.schemas };
    const { tools } = this.#input;
    this.#singleCall = new SingleCall(new Set(offeredTools(tools, meets.abilities).map(({ name }) => name)));
    const guard = new AnswerGuard(tools, howToForce(tools, meets.abilities), supervisor);
    this.#ask(meets);
    while (!this.#isOver) {
      const received = await this.#process.next(this.#signal);
      if (received === "aborted") return yield* this.#stop(onOver);
      if (received === "news") continue;
      if (received.done && !this.#isAsked) throw new ClaimRefused("The worker's process had ended.", false);
      if (!received.done) this.#hear(received.value, model);
      for (const said of received.done ? this.#mapper.fail(CRASH) : this.#map(received.value)) {
        const event = this.#withoutVainCalls(said);
        if (event.type === "transcript-append") this.#said.push(event.entry);
        if (event.type === "text-delta" || event.type === "tool-call-start") this.#askNobodyElse();
        if (isTerminalEvent(event)) {
          const before = this.#askedAgain(event, guard);
          if (before) {
            yield* before;
            if (!(await this.#process.forget())) throw new Error("The process did not forget a request.");
            this.#ask(meets);
            break;
          }
          this.#isOver = true;
          this.#keep(event);
          onOver();
        }
        const passed = guard.pass(event);
        for (const out of passed instanceof Promise ? await passed : passed) yield out;
        if (this.#isOver) break;
      }
    }
  }

  /** The end of a turn that has not been told its own. */
  *fail(error: ErrorInfo): Generator<EngineOutput, void, undefined> {
    if (!this.#isOver) yield* this.#mapper.fail(error);
  }

  #newMapper(): TurnMapper {
    const { process, clock, logger, folder, hearPlan } = this.#parts;
    return new TurnMapper({
      costBeforeUsd: this.#process.costUsd,
      isClientTool: (name) => this.#singleCall.isClientTool(name),
      isContinued: false,
      workspace: folder,
      hearPlan,
      failures: failureParts(process.environment, clock, logger, () => [
        requireWhole(this.#input).spec.systemText,
        ...(this.#call?.entries ?? []),
      ]),
    });
  }

  /** Where it matters which model answers, it is known before the request is worded. */
  async #findModel(): Promise<AnsweringModel> {
    const { connection, models, sources } = this.#parts;
    const name = requireWhole(this.#input).spec.model;
    const model = new AnsweringModel(name, sources, models);
    if (dependsOnModel(this.#input) && models.find(name, sources) === undefined) {
      await connection.applySettings({ model: name === "default" ? null : name });
      await model.find(connection);
    }
    return model;
  }

  #ask(meets: ContentMeets): void {
    this.#asksNobodyElseSince = undefined;
    const said = this.#mapper.hasLooseThinking ? this.#said.flatMap(withoutThinking) : this.#said;
    this.#call = workerCall(this.#input, said, meets, {
      ...this.#parts.route,
      takesThinking: this.#takesThinking,
    });
    this.#process.ask(this.#call.settings);
  }

  #askNobodyElse(): void {
    if (this.#asksNobodyElseSince !== undefined) return;
    this.#asksNobodyElseSince = this.#parts.clock();
    this.#process.askNobodyElse();
  }

  async *#stop(onOver: () => void): AsyncGenerator<EngineOutput, void, undefined> {
    await this.#process.settle((message) => {
      // The messages are read for usage and cost only; nobody is to hear the rest.
      for (const _ of this.#map(message));
    });
    const events = [...this.fail(abortReason(this.#signal).info)];
    this.#isOver = true;
    this.#isInterrupted = true;
    onOver();
    yield* events;
  }

  #hear(message: ClaudeMessage, model: AnsweringModel): void {
    this.#isAsked ||= isWork(message);
    if (message.type === "system" && message.subtype === "init") model.hear(message.model);
  }

  *#map(message: ClaudeMessage): Generator<EngineOutput> {
    // What the client reads has broken off, and another answer cannot take its place.
    if (this.#asksNobodyElseSince !== undefined && asksAgain(message)) {
      return yield* this.#mapper.fail(BROKEN_ANSWER);
    }
    const told = this.#singleCall.read(message);
    if (told) yield* this.#mapper.map(told);
  }

  /** The end of an answer that holds no call of the client's is no end in calls: a client would go on, with nothing to answer. */
  #withoutVainCalls(event: EngineOutput): EngineOutput {
    if (event.type !== "turn-end" || event.reason !== "tool-calls") return event;
    const isVain = this.#mapper.clientCallIds.length === 0 && this.#vainCalls >= MAX_VAIN_CALLS;
    return isVain ? { ...event, reason: "end" } : event;
  }

  /** What is told before the model is asked once more; nothing when this is the end. */
  #askedAgain(end: TerminalEvent, guard: AnswerGuard): readonly EngineOutput[] | undefined {
    if (this.#process.isUnderWay) return undefined;
    if (end.type === "turn-error") {
      const notices = this.#mapper.hasAnswered ? undefined : this.#withoutWhatIsRefused(end.error);
      if (!notices) return undefined;
      this.#said = [];
      this.#mapper = this.#newMapper();
      return notices;
    }
    if (this.#mapper.hasHiddenMessages) return undefined;
    if (end.reason === "tool-calls" && this.#mapper.clientCallIds.length === 0) {
      // Claude Code has answered its calls already.
      this.#vainCalls += 1;
      this.#mapper.continueAfterResult();
      return [];
    }
    const again = guard.askAgain(end);
    if (!again) return undefined;
    this.#mapper.continueAfterResult(again);
    const entry: TranscriptEntry = { role: "user", content: again.content };
    this.#said.push(entry);
    return [again.notice, { type: "transcript-append", entry }];
  }

  /** What the API has refused before the model answered is left out. Returns what is told of it; nothing when that would not help. */
  #withoutWhatIsRefused(error: ErrorInfo): readonly EngineOutput[] | undefined {
    const { enforced = {}, entries = [] } = this.#call ?? {};
    // Where several accounts stand behind one address, a thought of one of them is none for another.
    if (this.#takesThinking && isThinkingRefused(error) && entries.some(holdsThinking)) {
      this.#takesThinking = false;
      return [];
    }
    if (!this.#parts.schemas.learn(enforced, error)) return undefined;
    // The format is told in words; the arguments of tools are checked here in any case.
    return enforced.format && this.#parts.schemas.has(enforced.format) ? [SCHEMA_NOTICE] : [];
  }

  /** The words that ask for the rest of an answer are no part of the conversation. */
  #keep(end: TerminalEvent): void {
    if (!this.#call || end.type !== "turn-end" || continuesAnswer(this.#input)) return;
    if (this.#mapper.hasHiddenMessages || this.#mapper.hasLooseThinking || this.#mapper.isCutShort) return;
    const { entries, prefix, bytes: sent } = this.#call;
    // A call that was made again has what was said before it in its entries.
    const answer = this.#said.slice(this.#said.findLastIndex(({ role }) => role === "user") + 1);
    const bytes = sent + JSON.stringify(answer).length;
    this.#givenHistory = { entries: [...entries, ...answer], prefix, bytes };
  }
}

function isThinkingRefused({ kind, message }: ErrorInfo): boolean {
  return kind === "upstream-invalid-request" && /thinking` block/.test(message);
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
