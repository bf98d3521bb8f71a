import type {
  ActivityEnd,
  ActivityStart,
  ToolCallDelta,
  ToolCallStart,
  TurnEvent,
} from "../../core/turn-event.ts";
import { assertNever } from "../../lib/assert-never.ts";
import { type ActivityForm, formatActivity } from "./chat-activity.ts";
import type { ChatAnswer } from "./chat-answer.ts";
import type { ChatDelta } from "./chat-delta.ts";
import { ReasoningText } from "./reasoning-text.ts";

/** Turns the events of one branch into the deltas of its choice. The first delta carries the role. */
export class ChoiceDeltas {
  readonly #isLegacyFunctions: boolean;
  readonly #activity: ActivityForm | undefined;
  readonly #reasoning: ReasoningText;
  readonly #callIds: string[] = [];
  #hasRole = false;
  #hasContent = false;

  constructor({ isLegacyFunctions, activity }: Pick<ChatAnswer, "isLegacyFunctions" | "activity">) {
    this.#isLegacyFunctions = isLegacyFunctions;
    this.#activity = activity;
    this.#reasoning = new ReasoningText(activity);
  }

  of(event: TurnEvent): readonly ChatDelta[] {
    switch (event.type) {
      case "text-delta":
        if (event.text === "") return [];
        this.#hasContent = true;
        return this.#afterRole("", { content: event.text });
      case "reasoning-delta":
        return this.#reason(event);
      case "tool-call-start":
        return this.#openCall(event);
      case "tool-call-delta":
        return event.text === "" ? [] : this.#continueCall(event);
      case "activity-start":
      case "activity-end":
        return this.#tellActivity(event);
      case "turn-end":
        return this.#close();
      case "turn-start":
      case "reasoning-end":
      case "reasoning-redacted":
      case "tool-call-end":
      case "notice":
      case "mcp-tools":
      case "approval-request":
      case "transcript-append":
      case "turn-error":
        // Chat Completions has no words for these; a failure is told outside the choices.
        return [];
      default:
        return assertNever(event);
    }
  }

  /** `content` is what an accumulating client begins with: a text, or null until there is one. */
  #afterRole(content: "" | null, delta: ChatDelta): readonly ChatDelta[] {
    if (this.#hasRole) return [delta];
    this.#hasRole = true;
    return [{ role: "assistant", content }, delta];
  }

  #reason(event: TurnEvent): readonly ChatDelta[] {
    const text = this.#reasoning.of(event);
    return text === "" ? [] : this.#afterRole(null, { reasoning_content: text });
  }

  #tellActivity(event: ActivityStart | ActivityEnd): readonly ChatDelta[] {
    if (this.#activity !== "field") return this.#reason(event);
    return this.#afterRole(null, { claude: { activity: formatActivity(event) } });
  }

  /** An answer without a word or a call is an empty text. */
  #close(): readonly ChatDelta[] {
    if (!this.#hasRole) return this.#afterRole("", {});
    return this.#hasContent || this.#callIds.length > 0 ? [{}] : [{ content: "" }, {}];
  }

  #openCall({ callId, name }: ToolCallStart): readonly ChatDelta[] {
    const index = this.#callIds.push(callId) - 1;
    if (this.#isLegacyFunctions) {
      return index === 0 ? this.#afterRole(null, { function_call: { name, arguments: "" } }) : [];
    }
    return this.#afterRole(null, {
      tool_calls: [{ index, id: callId, type: "function", function: { name, arguments: "" } }],
    });
  }

  #continueCall({ callId, text }: ToolCallDelta): readonly ChatDelta[] {
    const index = this.#callIds.indexOf(callId);
    if (this.#isLegacyFunctions) return index === 0 ? [{ function_call: { arguments: text } }] : [];
    return [{ tool_calls: [{ index, function: { arguments: text } }] }];
  }
}
