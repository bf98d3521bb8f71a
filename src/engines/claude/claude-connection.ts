import type { PermissionMode } from "../../core/words/permission-mode.ts";
import type { ClaudeMessage, FlagSettings, McpServerConfig, SaidMessage } from "./claude-messages.ts";

/**
 * One live Claude Code process as a session speaks with it, whatever carries the words. The requests reject when the process
 * dies before it has answered.
 */
export interface ClaudeConnection {
  /** The next thing that it says; done when its output has ended. One call at a time. */
  next(): Promise<IteratorResult<ClaudeMessage, void>>;
  say(message: SaidMessage): void;
  /** Nothing more will be said; an idle process ends then. */
  endInput(): void;
  /** Stops what it is doing. Lost on a process that does nothing yet. */
  interrupt(): Promise<unknown>;
  setPermissionMode(mode: PermissionMode): Promise<unknown>;
  /** They stay until they are changed. */
  applySettings(settings: FlagSettings): Promise<void>;
  /** Takes the place of all that were set before; `errors` says by name why one could not be connected to. */
  setMcpServers(
    servers: Record<string, McpServerConfig>,
  ): Promise<{ readonly errors: Record<string, string> }>;
  listCommands(): Promise<readonly ClaudeCommand[]>;
  /** The full id of the model that it uses; undefined when it does not tell. */
  readModel(): Promise<string | undefined>;
  /** US dollars since its start. */
  readCostUsd(): Promise<number>;
  /** Makes it forget its last message, with all that came after it; only while it is idle. False when it still holds it. */
  rewind(messageId: string): Promise<boolean>;
  /** Lets go of it, whatever it does. */
  close(): void;
  /** Why a process that was started ahead has not become this session; nothing has reached the model then. */
  readonly refusal?: Error | undefined;
}

export interface ClaudeCommand {
  readonly name: string;
  /** It is Claude Code's own. */
  readonly builtin?: boolean;
}
