import type {
  ActivityEnd,
  ActivityProgress,
  ActivityStart,
  FileChanged,
  Notice,
  PermissionRequest,
  PermissionResolved,
  ToolCallDelta,
  ToolCallStart,
  TurnEnd,
  TurnEvent,
} from "../../core/words/turn-event.ts";
import { assertNever } from "../../lib/assert-never.ts";
import type { ActivityForm } from "../claude-settings/activity-form.ts";
import { formatFileChanges, formatLiveFileChange } from "../format-file-changes.ts";
import { formatNotice } from "../format-notice.ts";
import { formatActivity } from "./chat-activity.ts";
import type { ChatAnswer } from "./chat-answer.ts";
import { formatChatApproval } from "./chat-approval.ts";
import type { ChatClaudeDelta, ChatDelta } from "./chat-delta.ts";
import { toAgentStop } from "./finish-reason.ts";
import { ReasoningText } from "./reasoning-text.ts";

/** The properties of an answer that decide how a choice is shown. */
export type ChoiceForm = Pick<ChatAnswer, "isLegacyFunctions" | "activity" | "tellsAgent" | "reasoning">;

/** Turns the events of one branch into the deltas of its choice. The first delta carries the role. */
export class ChoiceDeltas {
  readonly #isLegacyFunctions: boolean;
  readonly #activity: ActivityForm | undefined;
  readonly #tellsAgent: boolean;
  readonly #reasoning: ReasoningText;
  readonly #hasShortName: boolean;
  readonly #callIds: string[] = [];
  #hasRole = false;
  #hasContent = false;
  #isEnded = false;

  constructor({ isLegacyFunctions, activity, tellsAgent, reasoning = {} }: ChoiceForm) {
    this.#isLegacyFunctions = isLegacyFunctions;
    this.#activity = activity;
    this.#tellsAgent = tellsAgent;
    this.#reasoning = new ReasoningText({
      ...(activity && { activity }),
      ...reasoning,
      fillsSilence: tellsAgent,
    });
    this.#hasShortName = reasoning.hasShortName === true;
  }

  /** Whether nothing more will come. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  of(event: TurnEvent): readonly ChatDelta[] {
    switch (event.type) {
      case "text-delta":
        if (event.text === "") return [];
        this.#hasContent = true;
        return [...this.#reason(event), ...this.#afterRole("", { content: event.text })];
      case "reasoning-delta":
      case "reasoning-end":
      case "reasoning-redacted":
        return this.#reason(event);
      case "tool-call-start":
        return this.#openCall(event);
      case "tool-call-delta":
        return event.text === "" ? [] : this.#continueCall(event);
      case "activity-start":
      case "activity-progress":
      case "activity-end":
        return this.#tellActivity(event);
      case "permission-request":
      case "permission-resolved":
      case "file-change":
        return this.#tellAgent(event);
      case "file-changes":
        return [...this.#reason(event), ...(this.#tellsAgent ? this.#tell(formatFileChanges(event)) : [])];
      case "turn-end":
        return this.#close(event);
      case "turn-start":
        return this.#reason(event);
      case "notice":
        return this.#tellNotice(event);
      case "tool-call-end":
      case "mcp-tools":
      case "approval-request":
      case "transcript-append":
      case "turn-error":
        // Chat Completions cannot express these; a failure is reported outside the choices.
        return [];
      default:
        return assertNever(event);
    }
  }

  /** An empty delta; if it is the first one, it carries the role. */
  nothing(): ChatDelta {
    if (this.#hasRole) return {};
    this.#hasRole = true;
    return { role: "assistant", content: null };
  }

  /** `content` is the initial value for accumulating clients: an empty text, or null until there is text. */
  #afterRole(content: "" | null, delta: ChatDelta): readonly ChatDelta[] {
    if (this.#hasRole) return [delta];
    this.#hasRole = true;
    return [{ role: "assistant", content }, delta];
  }

  #reason(event: TurnEvent): readonly ChatDelta[] {
    const text = this.#reasoning.of(event);
    if (text === "") return [];
    const short = this.#hasShortName ? { reasoning: text } : {};
    return this.#afterRole(null, { reasoning_content: text, ...short });
  }

  #tell(claude: ChatClaudeDelta): readonly ChatDelta[] {
    return this.#afterRole(null, { claude });
  }

  #tellNotice(event: Notice): readonly ChatDelta[] {
    const notice = this.#tellsAgent ? formatNotice(event) : undefined;
    return notice ? this.#tell({ notice }) : [];
  }

  #tellActivity(event: ActivityStart | ActivityProgress | ActivityEnd): readonly ChatDelta[] {
    return this.#activity === "field" ? this.#tell({ activity: formatActivity(event) }) : this.#reason(event);
  }

  /** Reports what a client is shown without asking, unless it wants all of that in the thinking. */
  #tellAgent(event: PermissionRequest | PermissionResolved | FileChanged): readonly ChatDelta[] {
    if (this.#activity === "reasoning") return this.#reason(event);
    if (!this.#tellsAgent) return [];
    return this.#tell(
      event.type === "file-change"
        ? { file_change: formatLiveFileChange(event) }
        : { approval: formatChatApproval(event) },
    );
  }

  /** An answer without any text or call gets an empty text. */
  #close({ reason }: TurnEnd): readonly ChatDelta[] {
    this.#isEnded = true;
    const stop = toAgentStop(reason);
    const told: readonly ChatDelta[] = stop ? [{ claude: { stop_reason: stop } }] : [];
    if (!this.#hasRole) return [...this.#afterRole("", told[0] ?? {}), ...(stop ? [{}] : [])];
    const isEmpty = !this.#hasContent && this.#callIds.length === 0;
    return [...(isEmpty ? [{ content: "" }] : []), ...told, {}];
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
