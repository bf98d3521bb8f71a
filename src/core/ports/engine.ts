import type { McpServers } from "../words/mcp-server.ts";
import type { PermissionMode } from "../words/permission-mode.ts";
import type { ServerTools } from "../words/server-tools.ts";
import type { SessionId } from "../words/ids.ts";
import type { ClientTool, ClientTools } from "../words/client-tool.ts";
import type { Message } from "../words/message.ts";
import type { OutputFormat } from "../words/output-format.ts";
import type { ProcessKind } from "../turn/process-kind.ts";
import type { TranscriptEntry } from "../words/transcript.ts";
import type { EngineOutput } from "../words/turn-event.ts";
import type { Sampling } from "../words/sampling.ts";
import type { TurnSupervisor } from "./turn-supervisor.ts";

/** What a session is opened with; fixed for its life. */
export interface SessionSpec {
  readonly kind: ProcessKind;
  /** Absolute path of the folder that it works in. */
  readonly workspace: string;
  readonly model: string;
  /** The profile's own text for the model; the system text follows it. */
  readonly instructions: string;
  readonly systemText: string;
  /**
   * The folder's notes, for a kind that is given them: as they were when the session was opened. Sessions that differ in
   * nothing else can stand for one another.
   */
  readonly notes?: string;
}

/** What one turn brings to a session. */
export interface TurnInput {
  /**
   * The new messages in order: results of client tools first, then user and system. Never an answer, and empty only when the
   * turn brings approvals.
   */
  readonly messages: readonly Message[];
  readonly sampling: Sampling;
  /** The profile's, where `sampling` has none. */
  readonly defaultEffort?: Sampling["effort"];
  readonly tools: ClientTools;
  readonly outputFormat?: OutputFormat;
  readonly serverTools?: ServerTools;
  readonly permissions: TurnPermissions;
  /** See `TurnRequest`. */
  readonly command?: string;
  readonly approvals?: "live" | "client";
  readonly mcpServers: McpServers;
  readonly maxTurns?: number;
  /** US dollars. */
  readonly maxBudgetUsd?: number;
}

/** What Claude Code may do in one turn. */
export interface TurnPermissions {
  readonly mode: PermissionMode;
  /** Rules for calls that run unasked. */
  readonly allow: readonly string[];
  /** Rules for calls that are never made. */
  readonly deny: readonly string[];
  /** Absolute paths of folders that count as part of the workspace. */
  readonly directories: readonly string[];
}

/** How a process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** One live Claude Code process that holds one conversation. */
export interface EngineSession {
  readonly id: SessionId;
  readonly processId: number | undefined;
  /** Settles when the process is gone, for whatever reason. Never rejects. */
  readonly exited: Promise<ProcessExit>;
  /**
   * Whether it waits for a turn and holds exactly the history that it was told. False for good after an error, an abort, a
   * cut, or a turn that left something else in its history: then close it.
   */
  readonly canContinue: boolean;
  /** The client tool calls whose results the next turn must bring, all of them; empty when there are none. */
  readonly openCallIds: readonly string[];
  /**
   * Whether the turn may go on here. False when the model would see an older form of a tool, when calls wait for an approval
   * that the turn does not bring, or when it brings what nothing here waits for.
   */
  canTake(turn: TurnInput): boolean;
  /**
   * Runs one turn; only one may run at a time. Ends with exactly one terminal event, also after an abort. A consumer that does not read stops Claude
   * Code at a bounded buffer. `signal` stops the model's request within milliseconds.
   */
  runTurn(input: TurnInput, supervisor: TurnSupervisor, signal: AbortSignal): AsyncIterable<EngineOutput>;
  /** Ends the process: gently when idle, by force after a grace period. Resolves when it is gone. */
  close(): Promise<void>;
}

/** A spare could not become this session; nothing has reached the model. Start a session instead. */
export class ClaimRefused extends Error {
  override readonly name = "ClaimRefused";
  /** True when every spare would be refused for this profile's workspace, false when only this one was. */
  readonly isLasting: boolean;

  constructor(message: string, isLasting: boolean, options?: ErrorOptions) {
    super(message, options);
    this.isLasting = isLasting;
  }
}

/** A started process that holds no conversation yet. */
export interface EngineSpare {
  readonly processId: number | undefined;
  readonly exited: Promise<ProcessExit>;
  /**
   * Makes it a session at once; once only. Throws when the process is gone. The session's first turn throws `ClaimRefused`
   * before any event when the process cannot serve this workspace (its project settings change what is fixed at start).
   */
  claim(spec: SessionSpec, firstTurn: TurnInput): EngineSession;
  close(): Promise<void>;
}

/** What the account offers, as Claude Code reports it without a model call. */
export interface EngineAccount {
  readonly isLoggedIn: boolean;
  /** Where the credentials come from, such as `ANTHROPIC_API_KEY`; for people, never a secret. */
  readonly source: string;
  readonly models: readonly EngineModel[];
}

export interface EngineModel {
  /** The short name Claude Code takes, such as `sonnet`. */
  readonly id: string;
  /** The full id it stands for. */
  readonly resolvedId?: string;
  readonly displayName: string;
}

/** What a session starts from. */
export interface SessionStart {
  readonly spec: SessionSpec;
  readonly history: readonly TranscriptEntry[];
  readonly firstTurn: TurnInput;
}

/** What an engine can do besides answering. What it cannot is refused before anything starts. */
export interface EngineCapabilities {
  /** Tools that the client declares and runs. */
  readonly clientTools: boolean;
  /** Tools of Claude Code's own. */
  readonly builtinTools: boolean;
  /** MCP servers that a request names. */
  readonly requestedServers: boolean;
  /** Commands and skills that a request names. */
  readonly commands: boolean;
}

/** A way to drive Claude Code. */
export interface Engine {
  /** As a profile names it. */
  readonly name: string;
  readonly capabilities: EngineCapabilities;
  /**
   * Whether the model can be offered these tools in such a process, as they are.
   * @throws AppError `invalid-request` naming the first tool that cannot
   */
  checkTools(kind: ProcessKind, tools: readonly ClientTool[]): void;
  /** Absent: every session has a process of its own started for it. */
  startSpare?(kind: ProcessKind, signal: AbortSignal): Promise<EngineSpare>;
  /**
   * Starts a session, with `history` as what was said before: whole messages, the last one the assistant's. Its first turn
   * must be run with `firstTurn`, which may begin at once.
   */
  startSession(start: SessionStart, signal: AbortSignal): Promise<EngineSession>;
  /** Turns neutral messages into the engine's own history form. */
  toTranscript(messages: readonly Message[]): readonly TranscriptEntry[];
  /** The ids of the calls in a history that have no results. */
  openCallIds(history: readonly TranscriptEntry[]): readonly string[];
  /**
   * Makes a folder ready for a session of this kind, before it is opened. Returns the notes (CLAUDE.md) of the folder and those
   * above it, as text for the model, where the kind is given them. Runs nothing of the folder's.
   */
  prepareFolder(kind: ProcessKind, workspace: string): Promise<Pick<SessionSpec, "notes">>;
  describeAccount(signal: AbortSignal): Promise<EngineAccount>;
  /**
   * The full id of the model that answers to this name in such processes, as far as any has told; else what it stands for in
   * others, or the name itself.
   */
  resolveModel(model: string, sources: Pick<ProcessKind, "environment" | "settingSources">): string;
  /** Ends every process this engine started and waits for it. */
  close(): Promise<void>;
}
