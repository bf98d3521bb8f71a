import type { TurnEnd, TurnEvent } from "../../core/words/turn-event.ts";
import type { ActivityForm } from "../claude-settings/activity-form.ts";
import { type FileChangesBody, formatFileChanges } from "../format-file-changes.ts";
import { formatNotice, type NoticeBody } from "../format-notice.ts";
import { addActivity, type ChatActivityBody } from "./chat-activity.ts";
import type { ChoiceForm } from "./choice-deltas.ts";
import { type AgentStop, toAgentStop, toFinishReason, type FinishReason } from "./finish-reason.ts";
import { ReasoningText } from "./reasoning-text.ts";

interface FunctionBody {
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

interface ToolCallBody {
  readonly id: string;
  readonly type: "function";
  readonly function: FunctionBody;
}

/** What a choice reports of Claude Code's own work. */
export interface ChatClaudeBody extends Partial<FileChangesBody> {
  /** Only for a client that asked for it. */
  readonly activity?: readonly ChatActivityBody[];
  /** What the turn had to do without. */
  readonly notices?: readonly NoticeBody[];
  readonly stop_reason?: AgentStop;
}

interface ChatAnswerBody {
  readonly role: "assistant";
  /** Null when there are calls and no text. */
  readonly content: string | null;
  readonly refusal: null;
  readonly annotations: [];
  /** Claude's thinking, if any; not OpenAI's field, but the one most clients look for. */
  readonly reasoning_content?: string;
  /** The same, for clients that look for this name. */
  readonly reasoning?: string;
  readonly tool_calls?: ToolCallBody[];
  readonly function_call?: FunctionBody;
  /** Not OpenAI's either; present only when there is something to report. */
  readonly claude?: ChatClaudeBody;
}

export interface ChatChoiceBody {
  readonly index: number;
  readonly message: ChatAnswerBody;
  readonly logprobs: null;
  readonly finish_reason: FinishReason;
}

/** Gathers the events of one branch into its choice. */
export class ChatChoiceBuilder {
  readonly #isLegacyFunctions: boolean;
  readonly #activity: ActivityForm | undefined;
  readonly #tellsAgent: boolean;
  readonly #reasoning: ReasoningText;
  readonly #hasShortName: boolean;
  readonly #texts: string[] = [];
  readonly #reasonings: string[] = [];
  readonly #calls: ToolCallBody[] = [];
  #activities: readonly ChatActivityBody[] = [];
  #fileChanges: FileChangesBody | undefined;
  readonly #notices: NoticeBody[] = [];
  #end: TurnEnd | undefined;

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

  add(event: TurnEvent): void {
    this.#reasonings.push(this.#reasoning.of(event));
    if (event.type === "text-delta") this.#texts.push(event.text);
    else if (event.type === "tool-call-end") {
      const { callId, name, arguments: text } = event;
      this.#calls.push({ id: callId, type: "function", function: { name, arguments: text } });
    } else if (event.type === "activity-start" || event.type === "activity-end") {
      if (this.#activity === "field") this.#activities = addActivity(this.#activities, event);
    } else if (event.type === "file-changes") {
      if (this.#tellsAgent) this.#fileChanges = formatFileChanges(event);
    } else if (event.type === "notice") {
      const notice = this.#tellsAgent ? formatNotice(event) : undefined;
      if (notice) this.#notices.push(notice);
    } else if (event.type === "turn-end") this.#end = event;
  }

  /** Present when the branch has ended well. */
  get end(): TurnEnd | undefined {
    return this.#end;
  }

  build(index: number, end: TurnEnd): ChatChoiceBody {
    const text = this.#texts.join("");
    const reasoning = this.#reasonings.join("");
    return {
      index,
      message: {
        role: "assistant",
        content: text === "" && this.#calls.length > 0 ? null : text,
        refusal: null,
        annotations: [],
        ...(reasoning !== "" && { reasoning_content: reasoning }),
        ...(reasoning !== "" && this.#hasShortName && { reasoning }),
        ...this.#formatCalls(),
        ...this.#formatClaude(end),
      },
      logprobs: null,
      finish_reason: toFinishReason(end.reason, this.#isLegacyFunctions),
    };
  }

  #formatClaude({ reason }: TurnEnd): Pick<ChatAnswerBody, "claude"> {
    const stop = toAgentStop(reason);
    const claude = {
      ...(this.#activities.length > 0 && { activity: this.#activities }),
      ...this.#fileChanges,
      ...(this.#notices.length > 0 && { notices: this.#notices }),
      ...(stop && { stop_reason: stop }),
    };
    return Object.keys(claude).length > 0 ? { claude } : {};
  }

  #formatCalls(): Pick<ChatAnswerBody, "tool_calls" | "function_call"> {
    const [first] = this.#calls;
    if (!first) return {};
    return this.#isLegacyFunctions ? { function_call: first.function } : { tool_calls: this.#calls };
  }
}
