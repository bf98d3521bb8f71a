import type { EngineEvent } from "../../core/words/turn-event.ts";
import type { AnswerText } from "./answer-text.ts";
import type { ClaudeMessage } from "./claude-messages.ts";
import { blockText, hasToolResult } from "./content/message-content.ts";
import type { TurnTranscript } from "./content/turn-transcript.ts";
import type { FailureNotes } from "./failures/failure-notes.ts";
import type { StreamedAnswer } from "./streamed-answer.ts";
import type { ClientCalls } from "./tools/client-calls.ts";
import type { ToolActivities } from "./tools/tool-activities.ts";

type AssistantMessage = Extract<ClaudeMessage, { type: "assistant" }>;
type UserMessage = Extract<ClaudeMessage, { type: "user" }>;

interface WholeMessagesParts {
  readonly transcript: TurnTranscript;
  readonly text: AnswerText;
  readonly calls: ClientCalls;
  readonly activities: ToolActivities;
  readonly answer: StreamedAnswer;
  readonly failure: FailureNotes;
}

/**
 * What Claude Code puts into its history, message by message: the blocks of the model's answers, once each is complete, and what
 * it tells the model itself, above all results of tools.
 */
export class WholeMessages {
  readonly #parts: WholeMessagesParts;
  #hasHidden = false;
  #hasRefusedCall = false;

  constructor(parts: WholeMessagesParts) {
    this.#parts = parts;
  }

  /** Claude Code's history holds messages that are no part of the conversation. */
  get hasHidden(): boolean {
    return this.#hasHidden;
  }

  /** Claude Code has refused a call that the client already has. */
  get hasRefusedCall(): boolean {
    return this.#hasRefusedCall;
  }

  *assistant(message: AssistantMessage): Generator<EngineEvent> {
    const { transcript, text, calls, activities, answer, failure } = this.#parts;
    const { id, model, content } = message.message;
    if (model === "<synthetic>") {
      failure.add(message, blockText(content));
      // If the turn ends well all the same, Claude Code's history has this message.
      this.#hasHidden = true;
      return;
    }
    yield* transcript.addAssistant(message.message);
    for (const block of content) {
      // Claude Code did not stream this answer: its text comes in one piece.
      if (block.type === "text" && id !== answer.messageId) yield* answer.spoken(text.add(block.text));
      if (block.type === "text") text.blockEnded();
      if (block.type !== "tool_use") continue;
      activities.record(block.id);
      if (!calls.isClients(block.name)) yield* activities.start(block);
      else if (id !== answer.messageId) yield* calls.whole(block.id, block.name, block.input);
    }
  }

  *user(message: UserMessage): Generator<EngineEvent> {
    const { transcript, text, calls, activities } = this.#parts;
    const { content } = message.message;
    const isNudge = message.isSynthetic === true && transcript.hasPending && !text.hasTextInCall;
    if (isNudge && !hasToolResult(content)) {
      // The answer broke off or was empty, and Claude Code asks again by itself: neither is part of the conversation. Both are if
      // the client has read text of the answer.
      transcript.drop();
      this.#hasHidden = true;
      return;
    }
    if (typeof content === "string") {
      yield* transcript.addUser(content);
      return;
    }
    if (content.some((block) => block.type === "tool_result" && calls.isEnded(block.tool_use_id))) {
      // Claude Code could not read the arguments and answers the call by itself, but the client already has the call.
      this.#hasRefusedCall = true;
      this.#hasHidden = true;
      return;
    }
    // Leaves out results of work that an earlier turn began, when that turn's record has other calls in its place.
    const known = content.filter(
      (block) => block.type !== "tool_result" || activities.isOnRecord(block.tool_use_id),
    );
    yield* transcript.addUser(known);
    const results = content.flatMap((block) => (block.type === "tool_result" ? [block] : []));
    // Claude Code's own account covers one result, so it counts only for a message with a single result.
    const details = results.length === 1 ? message.tool_use_result : undefined;
    for (const result of results) yield* activities.end(result, details);
  }
}
