import type { TurnEnd, TurnEvent } from "../../core/turn-event.ts";
import { toFinishReason, type FinishReason } from "./finish-reason.ts";

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
}

export interface ChatChoiceBody {
  readonly index: number;
  readonly message: ChatMessageBody;
  readonly logprobs: null;
  readonly finish_reason: FinishReason;
}

/** Gathers the events of one branch into its choice. */
export class ChatChoiceBuilder {
  readonly #texts: string[] = [];
  readonly #reasonings: string[] = [];
  readonly #calls: ToolCallBody[] = [];
  #end: TurnEnd | undefined;

  add(event: TurnEvent): void {
    if (event.type === "text-delta") this.#texts.push(event.text);
    else if (event.type === "reasoning-delta") this.#reasonings.push(event.text);
    else if (event.type === "tool-call-end") {
      const { callId, name, arguments: text } = event;
      this.#calls.push({ id: callId, type: "function", function: { name, arguments: text } });
    } else if (event.type === "turn-end") this.#end = event;
  }

  /** Present when the branch has ended well. */
  get end(): TurnEnd | undefined {
    return this.#end;
  }

  build(index: number, end: TurnEnd, isLegacyFunctions: boolean): ChatChoiceBody {
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
        ...this.#formatCalls(isLegacyFunctions),
      },
      logprobs: null,
      finish_reason: toFinishReason(end.reason, isLegacyFunctions),
    };
  }

  #formatCalls(isLegacyFunctions: boolean): Pick<ChatMessageBody, "tool_calls" | "function_call"> {
    const [first] = this.#calls;
    if (!first) return {};
    return isLegacyFunctions ? { function_call: first.function } : { tool_calls: this.#calls };
  }
}
