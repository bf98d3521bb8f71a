import type { EngineAccount, EngineCapabilities } from "../../core/ports/engine.ts";
import type { SessionSpec } from "../../core/ports/engine-session.ts";
import type { ProcessKind } from "../../core/turn/process-kind.ts";
import type { PermissionMode } from "../../core/words/permission-mode.ts";
import type { ClaudeProcess } from "../process/claude-process.ts";
import type { ClaudeConnection } from "./claude-connection.ts";
import type { ClaudeCallbacks } from "./claude-messages.ts";

/** What a process is given when it takes a conversation. */
export interface Opening {
  readonly spec: SessionSpec;
  readonly permissionMode: PermissionMode;
}

/** What a process is started with for one conversation. */
export interface FullOpening extends Opening {
  readonly callbacks: ClaudeCallbacks;
  /** The path of a file with what was said before. */
  readonly transcript?: string | undefined;
}

/** A process that is ready for its first turn. */
export interface LiveClaude {
  readonly connection: ClaudeConnection;
  readonly process: ClaudeProcess;
}

/** A process that was started ahead of its conversation. */
export interface WaitingClaude {
  readonly process: ClaudeProcess;
  /** May be called only once. */
  claim(opening: Opening): ClaudeConnection;
  /** Releases the process without claiming it. */
  close(): void;
}

/** A process that stands still until it can read its history. */
export interface AtPipe {
  readonly process: ClaudeProcess;
  /** Resolves when it has read it. */
  readonly live: Promise<LiveClaude>;
}

/** A way to start Claude Code and to talk to it. Engines of Claude Code differ in nothing else. */
export interface ClaudeLauncher {
  /** The name of the engine. */
  readonly name: string;
  /** Known exactly only when the account has been described, if they depend on the installed version. */
  readonly capabilities: EngineCapabilities;
  /**
   * Starts a process for one conversation.
   * When this resolves, it has read the transcript.
   * @throws AppError `engine-failed`, or the signal's reason
   */
  start(opening: FullOpening, signal: AbortSignal): Promise<LiveClaude>;
  /**
   * The same, ahead of the history: `transcript` is a named pipe. Resolves when the process has opened it, which `untilRead`
   * waits for.
   */
  startAtPipe(
    opening: FullOpening,
    untilRead: (signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<AtPipe>;
  /**
   * Starts a process that calls the model once in each turn, runs nothing and asks nothing.
   * @param folder absolute path of the folder that it works in
   */
  startWorker(kind: ProcessKind, folder: string, signal: AbortSignal): Promise<LiveClaude>;
  /** Absent when this engine does not start processes ahead. */
  startAhead?(kind: ProcessKind, callbacks: ClaudeCallbacks, signal: AbortSignal): Promise<WaitingClaude>;
  describeAccount(signal: AbortSignal): Promise<EngineAccount>;
  /** Ends every process that the launcher started and waits until they are gone. */
  close(): Promise<void>;
}
