import type { AnswerMessage, ToolCallPart } from "../words/message.ts";
import type { Clock } from "../ports/clock.ts";
import type { TurnOutcome } from "../ports/conversation-store.ts";
import type { TranscriptEntry } from "../words/transcript.ts";
import { type EngineEvent, SPEECH, type TerminalEvent } from "../words/turn-event.ts";

/** Builds a turn's record from its events. */
export class TurnRecord {
  readonly #clock: Clock;
  readonly #texts: string[] = [];
  readonly #calls: ToolCallPart[] = [];
  readonly #transcript: TranscriptEntry[] = [];
  #firstTokenAt: number | undefined;
  #isFinished = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(event: EngineEvent): void {
    if (event.type === "transcript-append") this.#transcript.push(event.entry);
    if (event.type === "text-delta") this.#texts.push(event.text);
    if (event.type === "tool-call-end" && event.isCut !== true) {
      const { callId, name, arguments: text } = event;
      this.#calls.push({ type: "tool-call", callId, name, arguments: text });
    }
    if (SPEECH.has(event.type)) this.#firstTokenAt ??= this.#clock();
  }

  /** The answer as the client saw it. */
  get answer(): AnswerMessage {
    const text = this.#texts.join("");
    if (text === "" && this.#calls.length > 0) return { role: "assistant", content: this.#calls };
    return { role: "assistant", content: [{ type: "text", text }, ...this.#calls] };
  }

  get isFinished(): boolean {
    return this.#isFinished;
  }

  /** The whole record. `stateHash` names the state after a turn that ended well. */
  finish(end: TerminalEvent, stateHash: string): TurnOutcome {
    this.#isFinished = true;
    const outcome = {
      answer: this.answer,
      transcript: this.#transcript,
      usage: end.usage,
      costUsd: end.costUsd,
      endedAt: this.#clock(),
      ...(this.#firstTokenAt === undefined ? {} : { firstTokenAt: this.#firstTokenAt }),
    };
    if (end.type === "turn-end") return { ...outcome, status: "completed", stateHash };
    const status = end.error.kind === "cancelled" ? "cancelled" : "failed";
    return { ...outcome, status, errorKind: end.error.kind };
  }
}
