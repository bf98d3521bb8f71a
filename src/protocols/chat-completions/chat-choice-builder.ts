import type { TurnEnd, TurnEvent } from "../../core/turn-event.ts";
import { addActivity, type ActivityForm, type ChatActivityBody } from "./chat-activity.ts";
import type { ChatAnswer } from "./chat-answer.ts";
import { toFinishReason, type FinishReason } from "./finish-reason.ts";
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

export interface ChatMessageBody {
  readonly role: "assistant";
  /** Null when there are calls and no text. */
  readonly content: string | null;
  readonly refusal: null;
  readonly annotations: [];
  /** Claude's thinking, when there was any; not OpenAI's, but what most clients look for. */
  readonly reasoning_content?: string;
  readonly tool_calls?: ToolCallBody[];
  readonly function_call?: FunctionBody;
  /** Not OpenAI's either; only for a client that asked for it, when there was any. */
  readonly claude?: { readonly activity: readonly ChatActivityBody[] };
}

export interface ChatChoiceBody {
  readonly index: number;
  readonly message: ChatMessageBody;
  readonly logprobs: null;
  readonly finish_reason: FinishReason;
}

/** Gathers the events of one branch into its choice. */
export class ChatChoiceBuilder {
  readonly #isLegacyFunctions: boolean;
  readonly #activity: ActivityForm | undefined;
  readonly #reasoning: ReasoningText;
  readonly #texts: string[] = [];
  readonly #reasonings: string[] = [];
  readonly #calls: ToolCallBody[] = [];
  #activities: readonly ChatActivityBody[] = [];
  #end: TurnEnd | undefined;

  constructor({ isLegacyFunctions, activity }: Pick<ChatAnswer, "isLegacyFunctions" | "activity">) {
    this.#isLegacyFunctions = isLegacyFunctions;
    this.#activity = activity;
    this.#reasoning = new ReasoningText(activity);
  }

  add(event: TurnEvent): void {
    this.#reasonings.push(this.#reasoning.of(event));
    if (event.type === "text-delta") this.#texts.push(event.text);
    else if (event.type === "tool-call-end") {
      const { callId, name, arguments: text } = event;
      this.#calls.push({ id: callId, type: "function", function: { name, arguments: text } });
    } else if (event.type === "activity-start" || event.type === "activity-end") {
      if (this.#activity === "field") this.#activities = addActivity(this.#activities, event);
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
        ...this.#formatCalls(),
        ...(this.#activities.length > 0 && { claude: { activity: this.#activities } }),
      },
      logprobs: null,
      finish_reason: toFinishReason(end.reason, this.#isLegacyFunctions),
    };
  }

  #formatCalls(): Pick<ChatMessageBody, "tool_calls" | "function_call"> {
    const [first] = this.#calls;
    if (!first) return {};
    return this.#isLegacyFunctions ? { function_call: first.function } : { tool_calls: this.#calls };
  }
}
