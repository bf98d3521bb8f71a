import type { EngineAccount, EngineCapabilities, SessionSpec } from "../../core/ports/engine.ts";
import type { ProcessKind } from "../../core/turn/process-kind.ts";
import type { PermissionMode } from "../../core/words/permission-mode.ts";
import type { ClaudeProcess } from "../process/claude-process.ts";
import type { ClaudeConnection } from "./claude-connection.ts";
import type { ClaudeCallbacks } from "./claude-messages.ts";

/** What a process becomes when it takes a conversation. */
export interface Opening {
  readonly spec: SessionSpec;
  readonly permissionMode: PermissionMode;
}

/** A process that is ready for its first turn. */
export interface LiveClaude {
  readonly connection: ClaudeConnection;
  readonly process: ClaudeProcess;
}

/** A process that was started ahead of its conversation. */
export interface WaitingClaude {
  readonly process: ClaudeProcess;
  /** Once only. */
  claim(opening: Opening): ClaudeConnection;
  /** Lets go of it, unclaimed. */
  close(): void;
}

/** A way to start Claude Code and to speak with it: all that engines of it differ in. */
export interface ClaudeLauncher {
  /** Of the engine. */
  readonly name: string;
  readonly capabilities: EngineCapabilities;
  /**
   * Starts a process for one conversation.
   * @param transcript path of a file with what was said before, which it has read when this resolves
   * @throws AppError `engine-failed`, or the signal's reason
   */
  start(
    opening: Opening & { readonly callbacks: ClaudeCallbacks; readonly transcript?: string | undefined },
    signal: AbortSignal,
  ): Promise<LiveClaude>;
  /** Absent: processes of this engine are not started ahead. */
  startAhead?(kind: ProcessKind, callbacks: ClaudeCallbacks, signal: AbortSignal): Promise<WaitingClaude>;
  describeAccount(signal: AbortSignal): Promise<EngineAccount>;
  /** Ends every process that it started and waits for it. */
  close(): Promise<void>;
}
