import type { McpServers } from "../words/mcp-server.ts";
import type { PermissionMode } from "../words/permission-mode.ts";
import type { ServerTools } from "../words/server-tools.ts";
import type { SessionId } from "../words/ids.ts";
import type { CacheMark } from "../words/cache-mark.ts";
import type { ClientTools } from "../words/client-tool.ts";
import type { Message, TextPart } from "../words/message.ts";
import type { OutputFormat } from "../words/output-format.ts";
import type { ProcessKind } from "../turn/process-kind.ts";
import type { TranscriptEntry } from "../words/transcript.ts";
import type { EngineOutput } from "../words/turn-event.ts";
import type { Sampling } from "../words/sampling.ts";
import type { TurnSupervisor } from "./turn-supervisor.ts";

/** What a session is opened with; fixed for its lifetime. */
export interface SessionSpec {
  readonly kind: ProcessKind;
  /** Absolute path of the folder that it works in. */
  readonly workspace: string;
  readonly model: string;
  /** The profile's own text for the model; the system text follows it. */
  readonly instructions: string;
  readonly systemText: string;
  /**
   * The folder's notes when the session was opened, for a kind that gets them. Sessions that differ only in their notes can
   * replace each other.
   */
  readonly notes?: string;
}

/**
 * A history as an engine has given it to the model. `prefix` names what stood before it (the model, the system text, the tools),
 * in the engine's own way: sealed thinking in the entries holds only behind the same.
 */
export interface GivenHistory {
  readonly entries: readonly TranscriptEntry[];
  readonly prefix?: string;
}

/** A history after a turn, to be given to the next one. */
export interface KeptHistory extends GivenHistory {
  /** About how much memory it takes. */
  readonly bytes: number;
}

/**
 * What a client has marked for the prompt cache besides tools and new messages, which bear their marks themselves. Workers only:
 * where Claude Code writes the request, it sets marks of its own, and nothing that it is given bears one.
 */
export interface MarkedByClient {
  /** See `TurnRequest`. */
  readonly systemParts?: readonly TextPart[];
  readonly cache?: CacheMark;
  /** The history as the client sent it, in the engine's form, where what is on record takes its place: without the marks. */
  readonly history?: readonly TranscriptEntry[];
}

/** What one turn gives to a session. */
export interface TurnInput {
  /** What a session is opened with, and what was said before. Only a worker is told; a session holds both. */
  readonly whole?: {
    readonly spec: SessionSpec;
    readonly history: GivenHistory;
    readonly marked?: MarkedByClient;
  };
  /**
   * The new messages in order: results of client tools first, then user and system. Never an answer, and empty only when the
   * turn brings approvals.
   */
  readonly messages: readonly Message[];
  readonly sampling: Sampling;
  /** See `TurnRequest`. Workers only: a session tells of itself. */
  readonly endUserId?: string;
  /** The profile's effort, used when `sampling` has none. */
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
  /** Rules for calls that run without asking. */
  readonly allow: readonly string[];
  /** Rules for calls that are never made. */
  readonly deny: readonly string[];
  /** Absolute paths of folders that count as part of the workspace. */
  readonly directories: readonly string[];
}

/** What a session starts from. */
export interface SessionStart {
  readonly spec: SessionSpec;
  readonly history: readonly TranscriptEntry[];
  readonly firstTurn: TurnInput;
}

/** How a process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** One live Claude Code process: it holds one conversation, or, as a worker, none. */
export interface EngineSession {
  readonly id: SessionId;
  readonly processId: number | undefined;
  /** Settles when the process has ended, for whatever reason. Never rejects. */
  readonly exited: Promise<ProcessExit>;
  /**
   * Whether it waits for a turn and holds exactly the history that it was given. Becomes false for good after an error, an
   * abort, a cut answer, or a turn that left something else in its history: then close it.
   */
  readonly canContinue: boolean;
  /** The client tool calls whose results the next turn must bring, all of them; empty when there are none. */
  readonly openCallIds: readonly string[];
  /** Of a worker: the history after its last turn, as the model was given it, the answer included. */
  readonly givenHistory?: KeptHistory | undefined;
  /**
   * Whether the turn may continue in this session. False when the model would see an older version of a tool, when calls wait
   * for an approval that the turn does not bring, or when it brings something that nothing here waits for.
   */
  canTake(turn: TurnInput): boolean;
  /**
   * Runs one turn; only one may run at a time. Ends with exactly one terminal event, even after an abort. If the consumer stops
   * reading, a bounded buffer fills and Claude Code is paused. `signal` stops the model's request within milliseconds.
   */
  runTurn(input: TurnInput, supervisor: TurnSupervisor, signal: AbortSignal): AsyncIterable<EngineOutput>;
  /** Ends the process: gently when idle, by force after a grace period. Resolves when it has ended. */
  close(): Promise<void>;
}

/** A spare could not become this session. Nothing has reached the model; start a new session instead. */
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
   * Turns it into a session, immediately; can be called only once. Throws when the process has ended. The session's first turn
   * throws `ClaimRefused` before any event when the process cannot serve this workspace (its project settings change what is
   * fixed at the start).
   */
  claim(spec: SessionSpec, firstTurn: TurnInput): EngineSession;
  close(): Promise<void>;
}

/** A started process that waits for the history of a conversation, opened the way that was asked for at its start. */
export interface EngineStandby {
  readonly processId: number | undefined;
  readonly exited: Promise<ProcessExit>;
  /**
   * Turns it into a session with this history; can be called only once. As `Engine.startSession` otherwise.
   * @throws ClaimRefused when it cannot; nothing has reached the model
   */
  resume(start: SessionStart, signal: AbortSignal): Promise<EngineSession>;
  close(): Promise<void>;
}
