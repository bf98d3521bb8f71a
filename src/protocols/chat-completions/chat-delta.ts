import type { ChatActivityBody } from "./chat-activity.ts";

interface ToolCallOpening {
  readonly index: number;
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
}

interface ToolCallPiece {
  readonly index: number;
  readonly function: { readonly arguments: string };
}

/** What one chunk adds to a choice. */
export interface ChatDelta {
  readonly role?: "assistant";
  readonly content?: string | null;
  readonly reasoning_content?: string;
  readonly tool_calls?: [ToolCallOpening | ToolCallPiece];
  readonly function_call?: { readonly name?: string; readonly arguments: string };
  /** Not OpenAI's; only for a client that asked for it. */
  readonly claude?: { readonly activity: ChatActivityBody };
}
