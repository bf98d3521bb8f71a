import { abilitiesOf } from "../../core/models/abilities-of.ts";
import type { EngineEvent, EngineOutput } from "../../core/words/turn-event.ts";
import type { AnswerText } from "./answer-text.ts";
import type { CallUsage } from "./call-usage.ts";
import type { StreamEvent } from "./claude-messages.ts";
import { endsByLimit } from "./stop-reason.ts";
import type { ClientCalls } from "./tools/client-calls.ts";

/** What the stream means for the turn. */
export type StreamOutcome =
  /** The model would repeat what the client has already read. */
  | { readonly type: "said-twice" }
  /** The model has said how its answer ended. */
  | { readonly type: "ended"; readonly reason: string | null };

interface StreamedAnswerParts {
  readonly text: AnswerText;
  readonly calls: ClientCalls;
  readonly usage: CallUsage;
  /** Claude Code works with tools of its own: after an empty answer it may ask the model for words once more. */
  readonly hasTools: boolean;
}

/** The model's answers as they stream, one per model call. Takes stream events and yields events of the turn. */
export class StreamedAnswer {
  readonly #parts: StreamedAnswerParts;
  #messageId: string | undefined;
  /** The model that is answering, as the API names it. */
  #model = "";
  #isOpen = false;
  #isRetrying = false;
  /** Thinking has come whose end has not. */
  #isThinkingOpen = false;
  /** Text or tool calls have come. */
  #hasSpoken = false;
  /** More than white space has come, or a tool call. */
  #hasContent = false;
  #hasThought = false;
  /** The text of the block that has come last; nothing when it is of another kind. */
  #lastText = "";
  /** A text of nothing but white space has come in this answer. */
  #hasBlank = false;
  #hasLooseThinking = false;
  #stopSequence: string | undefined;

  constructor(parts: StreamedAnswerParts) {
    this.#parts = parts;
  }

  /** The id of the last answer that has begun. */
  get messageId(): string | undefined {
    return this.#messageId;
  }

  /** The model is in the middle of an answer. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The stop sequence that ended the last answer. */
  get stopSequence(): string | undefined {
    return this.#stopSequence;
  }

  /**
   * Thinking has come that is bound to a text of white space before it. Claude Code leaves such a text out of its history, since
   * the API refuses it, and the thinking does not hold without.
   */
  get hasLooseThinking(): boolean {
    return this.#hasLooseThinking;
  }

  /** Claude Code asks the model again. */
  retried(): void {
    this.#isRetrying = true;
  }

  *map(event: StreamEvent): Generator<EngineOutput, StreamOutcome | undefined> {
    const { text, calls, usage } = this.#parts;
    switch (event.type) {
      case "message_start":
        // Claude Code makes a new attempt with a notice when the answer had just begun, and without one when it keeps the
        // complete blocks. Open text is lost either way.
        if (text.isOpen || calls.isOpen || (this.#isRetrying && this.#hasSpoken))
          return { type: "said-twice" };
        // What the client has read of it is no part of the thinking that follows, which is sealed alone.
        if (this.#isThinkingOpen) yield { type: "reasoning-end", model: this.#model };
        this.#isThinkingOpen = false;
        this.#begin(event.message);
        return undefined;
      case "content_block_start": {
        yield* calls.settle(false);
        const block = event.content_block;
        const isThought = block.type.endsWith("thinking");
        this.#hasThought ||= isThought;
        this.#hasBlank ||= this.#lastText !== "" && this.#lastText.trim() === "";
        this.#lastText = "";
        this.#hasLooseThinking ||= isThought && this.#hasBlank && abilitiesOf(this.#model).bindsThinking;
        this.#hasContent ||= block.type !== "text" && !isThought;
        if (block.type === "tool_use") yield* this.spoken(calls.start(event.index, block.id, block.name));
        if (block.type === "redacted_thinking")
          yield { type: "reasoning-redacted", data: block.data, model: this.#model };
        return undefined;
      }
      case "content_block_delta":
        yield* this.#mapDelta(event.index, event.delta);
        return undefined;
      case "content_block_stop":
        yield* calls.stop(event.index);
        return undefined;
      case "message_delta":
        usage.callProgressed(event.usage);
        this.#stopSequence = event.delta.stop_sequence ?? undefined;
        this.#isOpen = false;
        yield* calls.settle(endsByLimit(event.delta.stop_reason));
        return { type: "ended", reason: event.delta.stop_reason };
      default: {
        // `ping` is not among the types. Claude Code reports every ten seconds that some have come.
        const type: string = (event as { readonly type: string }).type;
        if (type === "ping") yield { type: "progress" };
        return undefined;
      }
    }
  }

  /** Events of text or calls, including those of an answer that Claude Code did not stream. */
  *spoken(events: Iterable<EngineEvent>): Generator<EngineEvent> {
    for (const event of events) {
      this.#hasSpoken = true;
      yield event;
    }
  }

  /**
   * Whether the model has ended without a word. Claude Code treats some of these answers as failures; after others it asks again
   * as if the client had. Asking again is welcome where the model has thought or worked, and is no part of the history. A refusal
   * is reported in another way.
   */
  isEmpty(reason: string | null): boolean {
    if (this.#hasContent || reason === null || reason === "refusal") return false;
    const { hasTools, text } = this.#parts;
    const mayAskAgain = hasTools || this.#hasThought;
    return !mayAskAgain || reason !== "end_turn" || text.hasTextInCall;
  }

  #begin({ id, model, usage }: Extract<StreamEvent, { type: "message_start" }>["message"]): void {
    this.#messageId = id;
    this.#model = model;
    this.#isOpen = true;
    this.#isRetrying = false;
    this.#hasSpoken = false;
    this.#hasContent = false;
    this.#hasThought = false;
    this.#lastText = "";
    this.#hasBlank = false;
    this.#parts.text.callStarted();
    this.#parts.usage.callStarted(usage);
  }

  *#mapDelta(
    index: number,
    delta: Extract<StreamEvent, { type: "content_block_delta" }>["delta"],
  ): Generator<EngineOutput> {
    const { text, calls } = this.#parts;
    switch (delta.type) {
      case "text_delta":
        this.#hasContent ||= delta.text.trim() !== "";
        // What comes behind a word makes no difference.
        if (this.#lastText.trim() === "") this.#lastText += delta.text;
        yield* this.spoken(text.add(delta.text));
        return;
      case "thinking_delta":
        if (delta.thinking === "") yield { type: "progress" };
        else {
          this.#isThinkingOpen = true;
          yield { type: "reasoning-delta", text: delta.thinking };
        }
        return;
      case "signature_delta":
        this.#isThinkingOpen = false;
        yield { type: "reasoning-end", signature: delta.signature, model: this.#model };
        return;
      case "input_json_delta":
        if (calls.isOpen) yield* calls.add(index, delta.partial_json);
        else yield { type: "progress" };
        return;
      default:
        yield { type: "progress" };
    }
  }
}
