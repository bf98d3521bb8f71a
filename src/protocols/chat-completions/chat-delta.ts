import type { FileChangesBody, LiveFileChangeBody } from "../format-file-changes.ts";
import type { NoticeBody } from "../format-notice.ts";
import type { ChatActivityBody } from "./chat-activity.ts";
import type { ChatApprovalBody } from "./chat-approval.ts";
import type { AgentStop } from "./finish-reason.ts";

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

/** What a chunk reports of Claude Code's own work: one thing per chunk. */
export type ChatClaudeDelta =
  | { readonly activity: ChatActivityBody }
  | { readonly approval: ChatApprovalBody }
  | { readonly file_change: LiveFileChangeBody }
  | FileChangesBody
  | { readonly notice: NoticeBody }
  | { readonly stop_reason: AgentStop };

/** What one chunk adds to a choice. */
export interface ChatDelta {
  readonly role?: "assistant";
  readonly content?: string | null;
  readonly reasoning_content?: string;
  readonly reasoning?: string;
  readonly tool_calls?: [ToolCallOpening | ToolCallPiece];
  readonly function_call?: { readonly name?: string; readonly arguments: string };
  /** Not OpenAI's. */
  readonly claude?: ChatClaudeDelta;
}
