import type { Stage } from "../../lib/stage.ts";
import type { JsonObject } from "./client-tool.ts";
import type { ErrorInfo } from "./app-error.ts";
import type { FileChange, FileChanges } from "./file-change.ts";
import type { ConversationId, TurnId } from "./ids.ts";
import type { TranscriptEntry } from "./transcript.ts";
import type { TurnUse } from "./usage.ts";
import type { Work, WorkResult } from "./work.ts";

/** Where a turn ran, from cheapest to most expensive. */
export type Placement =
  /** A live session that already held the history. */
  | "hot"
  /** A spare claimed for a new conversation. */
  | "spare"
  /** A process started for a new conversation, because no spare was ready. */
  | "cold"
  /** A process that resumed Turnpike's own record of the conversation. */
  | "resumed"
  /** A process that received the client's history as a native transcript. */
  | "imported";

/**
 * Why Claude stopped. `tool-calls`: it waits for the results of client tools. `max-turns` and `max-budget`: it reached a limit
 * of the profile or the request before its work was finished.
 */
export type StopReason = "end" | "stop-sequence" | "length" | "tool-calls" | "max-turns" | "max-budget";

export interface TurnStart {
  readonly type: "turn-start";
  readonly turnId: TurnId;
  readonly conversationId: ConversationId;
  /** What the client may send as the conversation's name: the name it chose, or the id. */
  readonly conversationName: string;
  readonly placement: Placement;
  /** The request contained only new messages: the earlier ones come from the record of the conversation it names. */
  readonly isContinuedByName?: true;
  /**
   * Absolute path of the folder that the turn works in; the conversation's own folder if it has one. Never shown to clients.
   */
  readonly workspace: string;
  /** How long it waited for its place, in milliseconds; absent where nobody counted. */
  readonly queuedMs?: number;
  /** How long it then took until a process had it: a start, a spare's claim, a wait for its conversation. In milliseconds. */
  readonly placedMs?: number;
}

export interface TextDelta {
  readonly type: "text-delta";
  readonly text: string;
}

/** Claude's thinking, as far as it is shown. */
export interface ReasoningDelta {
  readonly type: "reasoning-delta";
  readonly text: string;
}

/** A block of thinking is complete. */
export interface ReasoningEnd {
  readonly type: "reasoning-end";
  /** The signature that the API requires to accept the thinking again. Absent: it broke off, and the model has begun anew. */
  readonly signature?: string;
  /** The API's name of the model that produced it. */
  readonly model: string;
}

/** Thinking that the API does not show, in a form that it can read again. */
export interface ReasoningRedacted {
  readonly type: "reasoning-redacted";
  readonly data: string;
  readonly model: string;
}

/** Claude calls a client tool. Calls come one after another: start, deltas, end. */
export interface ToolCallStart {
  readonly type: "tool-call-start";
  readonly callId: string;
  readonly name: string;
}

/** A piece of the arguments' JSON text. The pieces of a call add up to its `arguments`. */
export interface ToolCallDelta {
  readonly type: "tool-call-delta";
  readonly callId: string;
  readonly text: string;
}

export interface ToolCallEnd {
  readonly type: "tool-call-end";
  readonly callId: string;
  readonly name: string;
  /** The complete JSON text. */
  readonly arguments: string;
  /** A limit has ended the answer in the middle of the arguments: the call was not made. */
  readonly isCut?: true;
}

/** An MCP server that the request named has listed its tools. */
export interface McpTools {
  readonly type: "mcp-tools";
  readonly serverLabel: string;
  readonly tools: readonly {
    readonly name: string;
    readonly description?: string;
    readonly inputSchema: JsonObject;
  }[];
}

/** A call of an MCP tool needs the client's approval. The turn ends with `tool-calls`, and the next one brings the decision. */
export interface ApprovalRequest {
  readonly type: "approval-request";
  readonly approvalId: string;
  readonly serverLabel: string;
  readonly toolName: string;
  readonly input: JsonObject;
}

/**
 * A call by Claude Code needs a person's approval, and the turn waits for it. Anyone with the right to approve can answer, over
 * the API or at the terminal.
 */
export interface PermissionRequest {
  readonly type: "permission-request";
  readonly approvalId: string;
  /** The call's own id, shared with its activity. */
  readonly activityId: string;
  readonly toolName: string;
  readonly input: JsonObject;
  /** What it would do; absent when there is no more to say than the tool's name. */
  readonly work?: Work;
  /** A short description of the call for a person. */
  readonly summary: string;
  /** What "always" would allow in this conversation, in Claude Code's rule syntax; empty when "always" is not available. */
  readonly alwaysAllows: readonly string[];
  /** The call is denied if unanswered by then; milliseconds since the epoch. */
  readonly expiresAt: number;
}

export type PermissionOutcome = "allowed" | "always-allowed" | "denied" | "timed-out" | "cancelled";

/** The wait for a permission is over. */
export interface PermissionResolved {
  readonly type: "permission-resolved";
  readonly approvalId: string;
  readonly outcome: PermissionOutcome;
}

/** Something that Claude Code runs has been running for a while. */
export interface ActivityProgress {
  readonly type: "activity-progress";
  readonly activityId: string;
  readonly name: string;
  readonly elapsedMs: number;
}

/** A tool of Claude Code has changed a file. Reported at once, from the tool's result. */
export interface FileChanged {
  readonly type: "file-change";
  /** The call that changed it. */
  readonly activityId: string;
  readonly change: FileChange;
}

/**
 * Everything that changed in the workspace during the turn, whatever changed it. Sent once, before the end, if there is
 * anything.
 */
export interface FilesChanged extends FileChanges {
  readonly type: "file-changes";
}

/** Claude Code has started something by itself: a built-in or MCP tool call, or a compaction. */
export interface ActivityStart {
  readonly type: "activity-start";
  readonly activityId: string;
  /** The tool's name as the engine has it (`Bash`, `mcp__server__tool`), or `compaction`. */
  readonly name: string;
  readonly input: JsonObject;
  /** What it does; absent when there is no more to say than its name. */
  readonly work?: Work;
}

export interface ActivityEnd {
  readonly type: "activity-end";
  readonly activityId: string;
  readonly isError: boolean;
  /** The text of the result as the model gets it. */
  readonly output: string;
  readonly result?: WorkResult;
}

/**
 * Something worth reporting that changes nothing: a retry, a rate limit warning, arguments that do not match a strict tool's
 * schema.
 */
export interface Notice {
  readonly type: "notice";
  readonly code:
    | "retry"
    | "rate-limit"
    | "arguments-repaired"
    | "arguments-invalid"
    | "tool-demanded-again"
    | "tool-not-called"
    | "schema-in-words"
    | "mcp-server-failed"
    | "permission-mode-replaced"
    | "workspace-not-compared";
  readonly message: string;
  /** The server that the turn continues without. */
  readonly mcpServer?: string;
}

/** A complete message of Claude's own history. Recorded, never shown to a client. */
export interface TranscriptAppend {
  readonly type: "transcript-append";
  readonly entry: TranscriptEntry;
}

export interface TurnEnd extends TurnUse {
  readonly type: "turn-end";
  readonly reason: StopReason;
  /** The stop sequence that was hit. */
  readonly stopSequence?: string;
  /** With `length`: not a limit of the request's, but the model's window has no room for more. */
  readonly isWindowFull?: true;
}

export interface TurnError extends TurnUse {
  readonly type: "turn-error";
  readonly error: ErrorInfo;
}

/**
 * What happens in a turn, in order. Plain JSON: it is formatted for the client, recorded, shown live and relayed. A turn's
 * stream begins with `turn-start` and ends with exactly one `turn-end` or `turn-error`.
 */
export type TurnEvent =
  | TurnStart
  | TextDelta
  | ReasoningDelta
  | ReasoningEnd
  | ReasoningRedacted
  | ToolCallStart
  | ToolCallDelta
  | ToolCallEnd
  | McpTools
  | ApprovalRequest
  | PermissionRequest
  | PermissionResolved
  | ActivityStart
  | ActivityProgress
  | ActivityEnd
  | FileChanged
  | FilesChanged
  | Notice
  | TranscriptAppend
  | TurnEnd
  | TurnError;

export type TerminalEvent = TurnEnd | TurnError;
/** The events that engines produce: all but the start, which only core knows. */
export type EngineEvent = Exclude<TurnEvent, TurnStart>;

/**
 * The model is working on something that is not shown, such as a tool's input, so this is not silence. Used only by the
 * deadlines.
 */
export interface Progress {
  readonly type: "progress";
}

/** The events in which Claude says something to the client. */
export const SPEECH: ReadonlySet<TurnEvent["type"]> = new Set<TurnEvent["type"]>([
  "text-delta",
  "reasoning-delta",
  "tool-call-start",
]);

/** What an engine produces. */
export type EngineOutput = EngineEvent | Progress;

/** One step that a turn's events pass through on their way to the client. */
export type EventStage = Stage<EngineEvent, EngineEvent>;

export function isTerminalEvent(event: TurnEvent | Progress): event is TerminalEvent {
  return event.type === "turn-end" || event.type === "turn-error";
}
