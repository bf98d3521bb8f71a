import type { PermissionMode } from "../../core/words/permission-mode.ts";
import type { ClaudeMessage, FlagSettings, McpServerConfig, SaidMessage } from "./claude-messages.ts";

/**
 * One live Claude Code process as a session sees it, whatever carries the messages. Requests reject when the process dies before
 * it has answered.
 */
export interface ClaudeConnection {
  /** The next message of the process; `done` when its output has ended. One call at a time. */
  next(): Promise<IteratorResult<ClaudeMessage, void>>;
  say(message: SaidMessage): void;
  /** Tells the process that no more messages will come; an idle process then ends. */
  endInput(): void;
  /** Stops what the process is doing. Has no effect on a process that is not doing anything yet. */
  interrupt(): Promise<unknown>;
  setPermissionMode(mode: PermissionMode): Promise<unknown>;
  /** Settings stay in force until they are changed. */
  applySettings(settings: FlagSettings): Promise<void>;
  /** Replaces all servers that were set before. `errors` says, by a server's name, why it could not be reached. */
  setMcpServers(
    servers: Record<string, McpServerConfig>,
  ): Promise<{ readonly errors: Record<string, string> }>;
  listCommands(): Promise<readonly ClaudeCommand[]>;
  /** The full id of the model that the process uses; undefined when it does not tell. */
  readModel(): Promise<string | undefined>;
  /** The cost of the process since its start, in US dollars. */
  readCostUsd(): Promise<number>;
  /** Makes an idle process forget its last message and all that came after it. False when the process still holds the message. */
  rewind(messageId: string): Promise<boolean>;
  /** Closes the connection, whatever the process is doing. */
  close(): void;
  /** Why a process that was started ahead has not become this session. Nothing has reached the model in that case. */
  readonly refusal?: Error | undefined;
}

export interface ClaudeCommand {
  readonly name: string;
  /** It is one of Claude Code's own commands. */
  readonly builtin?: boolean;
}
