import { randomUUID } from "node:crypto";

import type { Query, SDKMessage, SDKUserMessage } from "@anthropic-ai/claude-agent-sdk";

import { AppError, type ErrorInfo } from "../../core/app-error.ts";
import { newSessionId } from "../../core/ids.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { ClaimRefused, type EngineSession, type TurnInput } from "../../core/ports/engine.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { TranscriptEntry } from "../../core/transcript.ts";
import { type EngineOutput, isTerminalEvent } from "../../core/turn-event.ts";
import { abortable } from "../../lib/abortable.ts";
import type { PushQueue } from "../../lib/push-queue.ts";
import { delay, nextTick } from "../../lib/time.ts";
import type { ClaudeProcess } from "../process/claude-process.ts";
import { BLANK_PLACEHOLDER, blankMessageFields, isBlank } from "./blank-message.ts";
import { TurnMapper } from "./turn-mapper.ts";
import { DEFAULT_TURN_SETTINGS, turnSettings } from "./turn-settings.ts";
import { toUserContent } from "./user-content.ts";

/** How long an interrupted turn may take to stop its tools. */
const INTERRUPT_GRACE_MS = 5_000;
/** How long an idle process may take to end after its input has. */
const EXIT_GRACE_MS = 1_000;
export interface SdkSessionParts {
  readonly query: Query;
  readonly input: PushQueue<SDKUserMessage>;
  readonly process: ClaudeProcess;
  /** What was said before this process started. */
  readonly history: readonly TranscriptEntry[];
  readonly hasTools: boolean;
  /** For a spare: settles when it has become this session. */
  readonly claimed?: Promise<unknown>;
  readonly clock: Clock;
  readonly logger: Logger;
}

type Received = IteratorResult<SDKMessage, void> | "aborted";

/** A live Claude Code process behind the Agent SDK's `Query`. */
export class SdkSession implements EngineSession {
  readonly id = newSessionId();
  readonly exited: EngineSession["exited"];
  readonly #query: Query;
  readonly #input: PushQueue<SDKUserMessage>;
  readonly #process: ClaudeProcess;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #hasTools: boolean;
  /** What the process holds, as the Messages API has it. */
  readonly #history: TranscriptEntry[];
  #state: "idle" | "running" | "spent" = "idle";
  #pending: Promise<IteratorResult<SDKMessage, void>> | undefined;
  /** Of the present turn, or the last one. */
  #mapper: TurnMapper | undefined;
  /** A message was sent whose result has not come yet. */
  #isResultDue = false;
  #settings = DEFAULT_TURN_SETTINGS;
  #costUsd = 0;
  #closing: Promise<void> | undefined;
  #claimError: unknown;

  constructor(parts: SdkSessionParts) {
    this.#query = parts.query;
    this.#input = parts.input;
    this.#process = parts.process;
    this.#clock = parts.clock;
    this.#logger = parts.logger.child({ sessionId: this.id, processId: parts.process.processId });
    this.#hasTools = parts.hasTools;
    this.#history = [...parts.history];
    this.exited = parts.process.exited;
    parts.claimed?.catch((error: unknown) => {
      // With `option_not_applied` the session runs; the model's own error follows from the API.
      if (!String(error).includes("option_not_applied")) this.#claimError = error;
    });
  }

  get processId(): number | undefined {
    return this.#process.processId;
  }

  get canContinue(): boolean {
    return this.#state === "idle" && this.#process.isRunning;
  }

  async *runTurn(input: TurnInput, signal: AbortSignal): AsyncIterable<EngineOutput> {
    if (this.#state !== "idle") throw new Error(`A session that is ${this.#state} cannot run a turn.`);
    this.#state = "running";
    const mapper = (this.#mapper = new TurnMapper(this.#costUsd, this.#clock));
    const stop = () => this.#interrupt();
    signal.addEventListener("abort", stop, { once: true });
    const content = toUserContent(input.messages);
    const isBlankTurn = isBlank(content);
    let isOver = false;
    try {
      if (signal.aborted) return yield* mapper.fail(abortError(signal));
      const fields = isBlankTurn ? blankMessageFields(this.#history, content, this.#hasTools) : {};
      await abortable(this.#applySettings(turnSettings(input.sampling, fields)), signal);
      if (signal.aborted) return yield* mapper.fail(abortError(signal));
      this.#input.push(userMessage(isBlankTurn ? BLANK_PLACEHOLDER : content));
      this.#history.push({ role: "user", content });
      this.#isResultDue = true;
      while (!isOver) {
        const received = await this.#receive(signal);
        if (received === "aborted") return yield* mapper.fail(abortError(signal));
        if (received.done) return yield* mapper.fail(this.#endError());
        if (received.value.type === "result") this.#isResultDue = false;
        this.#requireClaim(received.value);
        for (const event of mapper.map(received.value)) {
          isOver ||= isTerminalEvent(event);
          if (event.type === "transcript-append") this.#history.push(event.entry);
          if (event.type === "turn-end") {
            if (event.reason === "length") this.#preventContinuation();
            else if (!isBlankTurn && !mapper.hasHiddenMessages) this.#settle(mapper);
          }
          yield event;
          if (isOver) break;
        }
      }
    } catch (error) {
      if (this.#claimError !== undefined) throw claimRefused(this.#claimError);
      if (!signal.aborted) {
        this.#logger.error("session.failed", { error, errorOutput: this.#process.errorOutput });
      }
      if (!isOver) yield* mapper.fail(signal.aborted ? abortError(signal) : CRASH);
    } finally {
      signal.removeEventListener("abort", stop);
      // Whatever did not end well leaves a turn in the process or in its history: not to be used again.
      if (this.#state === "running") {
        this.#state = "spent";
        if (this.#isResultDue) this.#interrupt();
      }
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  #settle(mapper: TurnMapper): void {
    this.#costUsd = mapper.totalCostUsd;
    // All has been read; an idle process must not be stopped for what came in a rush at the end.
    this.#process.valve.open();
    this.#state = "idle";
  }

  async #applySettings(settings: ReturnType<typeof turnSettings>): Promise<void> {
    const wanted = JSON.stringify(settings);
    if (wanted === this.#settings) return;
    await this.#query.applyFlagSettings(settings);
    this.#settings = wanted;
  }

  /** The next message; `aborted` as soon as the signal says so, even when Claude Code stays silent. */
  async #receive(signal: AbortSignal): Promise<Received> {
    if (signal.aborted) return "aborted";
    const pending = (this.#pending ??= this.#query.next());
    const { valve } = this.#process;
    if (valve.isFull && !(await settlesSoon(pending))) valve.open();
    valve.beginWait();
    return new Promise<Received>((resolve, reject) => {
      const onAbort = () => resolve("aborted");
      signal.addEventListener("abort", onAbort, { once: true });
      pending
        .then(
          (result) => {
            this.#pending = undefined;
            resolve(result);
          },
          (error: unknown) => reject(error),
        )
        .finally(() => signal.removeEventListener("abort", onAbort));
    }).finally(() => valve.endWait());
  }

  /** Claude Code goes on after a limit by itself, and an interrupt between two requests is lost on it. */
  #preventContinuation(): void {
    // With a tool running it has to wait, and an interrupt stops the tool too.
    if (!this.#mapper?.isToolRunning) this.#process.kill();
  }

  #interrupt(): void {
    const { isRunning, valve } = this.#process;
    if (!isRunning) return;
    if (valve.isShut && !this.#mapper?.isToolRunning) {
      // It has a backlog, and would work it off before it hears of an interrupt.
      this.#process.kill();
      return;
    }
    valve.release();
    // Rejects when the process dies first, which is what is wanted.
    this.#query.interrupt().catch(() => {});
  }

  async #shutDown(): Promise<void> {
    this.#state = "spent";
    if (this.#process.isRunning && this.#isResultDue) {
      await Promise.race([this.#drainInterrupted(), this.exited, delay(INTERRUPT_GRACE_MS)]);
    }
    this.#input.end();
    this.#process.valve.release();
    await Promise.race([this.exited, delay(EXIT_GRACE_MS)]);
    this.#query.close();
    await this.#process.terminate();
  }

  /** Reads on until the interrupted turn has ended: then its tools are stopped and the process can end gently. */
  async #drainInterrupted(): Promise<void> {
    this.#interrupt();
    try {
      for (;;) {
        const { value, done } = await (this.#pending ?? this.#query.next());
        this.#pending = undefined;
        if (done || value.type === "result") return;
        // An interrupt that overtook its own message is lost: say it again when the request goes out.
        if (value.type === "system" && value.subtype === "status" && value.status === "requesting")
          this.#interrupt();
      }
    } catch (error) {
      this.#logger.debug("session.ended-while-closing", { error });
    }
  }

  /** A refused spare answers its first message with an error of its own, before anything reached the model. */
  #requireClaim(message: SDKMessage): void {
    if (message.type !== "result" || !message.is_error) return;
    const text = message.subtype === "success" ? message.result : message.errors.join(" ");
    if (!text.startsWith("not_claimed")) return;
    this.#claimError ??= new Error(text);
    throw this.#claimError;
  }

  /** Claude Code's output has ended without a result. */
  #endError(): ErrorInfo {
    if (this.#claimError !== undefined) throw this.#claimError;
    return CRASH;
  }
}

/** Refusals named `…_not_claimable` are for what the folder's own settings say. */
function claimRefused(cause: unknown): ClaimRefused {
  return new ClaimRefused(String(cause), String(cause).includes("_not_claimable"), { cause });
}

const CRASH: ErrorInfo = {
  kind: "engine-failed",
  message: "Claude Code ended unexpectedly in the middle of this turn. Send the request again.",
};

function userMessage(content: ReturnType<typeof toUserContent>): SDKUserMessage {
  return {
    type: "user",
    uuid: randomUUID(),
    parent_tool_use_id: null,
    message: { role: "user", content: typeof content === "string" ? content : [...content] },
  };
}

function abortError(signal: AbortSignal): ErrorInfo {
  const { reason } = signal;
  if (reason instanceof AppError) return reason.info;
  return { kind: "cancelled", message: "The request was cancelled." };
}

async function settlesSoon(promise: Promise<unknown>): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  return Promise.race([settled, nextTick().then(() => false)]);
}
