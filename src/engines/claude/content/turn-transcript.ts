import type { EngineEvent } from "../../../core/words/turn-event.ts";
import type { ClaudeMessage } from "../claude-messages.ts";
import { isRecord } from "../../../lib/is-record.ts";
import { parseArguments } from "./content-blocks.ts";
import { TranscriptRecorder } from "./transcript-recorder.ts";

type AssistantMessage = Extract<ClaudeMessage, { type: "assistant" }>["message"];
type UserContent = Extract<ClaudeMessage, { type: "user" }>["message"]["content"];

/** The record of one turn: what Claude's own history has of it, as the events that append to it. */
export class TurnTranscript {
  readonly #recorder = new TranscriptRecorder();

  /** Whether an answer has begun that is not complete yet. */
  get hasPending(): boolean {
    return this.#recorder.hasPending;
  }

  *addAssistant(message: AssistantMessage): Generator<EngineEvent> {
    const content = message.content.map(withOwnArguments);
    const complete = this.#recorder.addAssistant({ ...message, content });
    if (complete) yield { type: "transcript-append", entry: complete };
  }

  /** What Claude Code says to the model by itself, such as the results of its tools; nothing when there are no blocks. */
  *addUser(content: UserContent): Generator<EngineEvent> {
    yield* this.complete();
    if (typeof content === "string" || content.length > 0) {
      yield { type: "transcript-append", entry: { role: "user", content } };
    }
  }

  /** The answer so far is complete, without the blocks for which `isKept` is false, and with the `added` ones. */
  *complete(isKept?: (block: unknown) => boolean, added?: readonly unknown[]): Generator<EngineEvent> {
    const entry = this.#recorder.flush(isKept, added);
    if (entry) yield { type: "transcript-append", entry };
  }

  /** The answer so far is not part of the conversation. */
  drop(): void {
    this.#recorder.flush();
  }
}

/** Claude Code puts something of its own in the place of arguments that are no JSON; a history that a client sends has the text. */
function withOwnArguments(block: AssistantMessage["content"][number]): unknown {
  if (block.type !== "tool_use" || !isRecord(block.input)) return block;
  const unparsed = block.input["__unparsedToolInput"];
  if (!isRecord(unparsed) || typeof unparsed["raw"] !== "string") return block;
  return { ...block, input: parseArguments(unparsed["raw"]) };
}
