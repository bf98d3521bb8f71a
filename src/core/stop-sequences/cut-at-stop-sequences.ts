import type { AnswerMessage, AnswerPart } from "../words/message.ts";
import type { TranscriptEntry } from "../words/transcript.ts";
import {
  type EngineEvent,
  type EventStage,
  isTerminalEvent,
  type TerminalEvent,
} from "../words/turn-event.ts";
import { StopMatcher } from "./stop-matcher.ts";

export interface CutActions {
  /** Ends the engine's turn; the client sees nothing of what the engine says from then on. */
  readonly stop: () => void;
  /** The entries for an answer in Claude's own history; none if it says nothing. */
  readonly toTranscript: (answer: AnswerMessage) => readonly TranscriptEntry[];
}

/**
 * Ends an answer before the first stop sequence in its text. The turn then ends well, with the usage and cost that the engine's
 * end reports, and its transcript holds the answer as the client saw it. A sequence is also found across pieces of text, unless a
 * call of a client tool comes between them.
 */
export function cutAtStopSequences(stopSequences: readonly string[], actions: CutActions): EventStage {
  const matcher = new StopMatcher(stopSequences);
  const answer = new OpenAnswer();
  let hit: string | undefined;
  const say = (text: string): readonly EngineEvent[] =>
    text === "" ? [] : [answer.add({ type: "text-delta", text })];
  const end = ({ usage, costUsd }: TerminalEvent, stopSequence: string): readonly EngineEvent[] => {
    const entries = answer.isEmpty ? [] : actions.toTranscript(answer.message);
    return [
      ...entries.map((entry) => ({ type: "transcript-append" as const, entry })),
      { type: "turn-end", reason: "stop-sequence", stopSequence, usage, costUsd },
    ];
  };
  return {
    of(event) {
      if (hit !== undefined) return isTerminalEvent(event) ? end(event, hit) : [];
      if (event.type === "text-delta") {
        const { text, stopSequence } = matcher.push(event.text);
        hit = stopSequence;
        if (hit !== undefined) actions.stop();
        return say(text);
      }
      const isBreak = event.type === "tool-call-start" || isTerminalEvent(event);
      const held = isBreak ? say(matcher.flush()) : [];
      if (event.type === "transcript-append") answer.restart(matcher.heldLength);
      return [...held, answer.add(event)];
    },
  };
}

/** The part of the answer that the client has seen and no transcript entry covers yet. */
class OpenAnswer {
  #parts: AnswerPart[] = [];
  /** How much of the text to come the last entry covers already: this text was held back when the entry came. */
  #coveredLength = 0;

  get isEmpty(): boolean {
    return this.#parts.every((part) => part.type === "text" && part.text.trim() === "");
  }

  get message(): AnswerMessage {
    return { role: "assistant", content: this.#parts };
  }

  restart(coveredLength: number): void {
    this.#parts = [];
    this.#coveredLength = coveredLength;
  }

  add<Event extends EngineEvent>(event: Event): Event {
    if (event.type === "text-delta") this.#addText(event.text);
    if (event.type === "tool-call-end") {
      const { callId, name, arguments: text } = event;
      this.#parts.push({ type: "tool-call", callId, name, arguments: text });
    }
    return event;
  }

  #addText(text: string): void {
    const isNew = text.slice(this.#coveredLength);
    this.#coveredLength = Math.max(0, this.#coveredLength - text.length);
    if (isNew === "") return;
    const last = this.#parts.at(-1);
    if (last?.type === "text") this.#parts.splice(-1, 1, { type: "text", text: last.text + isNew });
    else this.#parts.push({ type: "text", text: isNew });
  }
}
