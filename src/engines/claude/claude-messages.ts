/**
 * The messages between us and a Claude Code process, as its stream-json and its control protocol define them. The Agent SDK names
 * the types, and this is the only file here that imports them: nothing of the SDK is needed at run time.
 */
import type {
  CanUseTool,
  Options,
  Query,
  SDKMessage,
  SDKPartialAssistantMessage,
} from "@anthropic-ai/claude-agent-sdk";

export type {
  CanUseTool,
  HookCallback,
  HookInput,
  HookJSONOutput,
  McpServerConfig,
  PermissionResult,
  PermissionUpdate,
  PreSkillShellCommandHookInput,
  PreToolUseHookInput,
  SDKAPIRetryMessage as ApiRetryMessage,
  SDKMessage as ClaudeMessage,
  SDKResultMessage as ResultMessage,
  SDKUserMessage as SaidMessage,
} from "@anthropic-ai/claude-agent-sdk";

/** The raw stream event of the Messages API inside a `stream_event` message. */
export type StreamEvent = SDKPartialAssistantMessage["event"];

/** What Claude Code says about the account's limits. */
export type RateLimitInfo = Extract<SDKMessage, { type: "rate_limit_event" }>["rate_limit_info"];

/** Settings that a live process takes from the program that started it; they override those of files. */
export type FlagSettings = Parameters<Query["applyFlagSettings"]>[0];

export type PermissionOptions = Parameters<CanUseTool>[2];

/** What a process is told at its start to ask us about. */
export interface ClaudeCallbacks {
  readonly hooks: NonNullable<Options["hooks"]>;
  /** Absent: nothing is asked, even where the permission mode would ask. */
  readonly canUseTool?: CanUseTool;
}

/** What a process is started with. One engine gives it to the Agent SDK as it is, another says the same with arguments. */
export type StartOptions = Pick<
  Options,
  | "agents"
  | "allowDangerouslySkipPermissions"
  | "cwd"
  | "disallowedTools"
  | "env"
  | "extraArgs"
  | "includePartialMessages"
  | "maxTurns"
  | "model"
  | "permissionMode"
  | "persistSession"
  | "sandbox"
  | "settingSources"
  | "strictMcpConfig"
  | "systemPrompt"
  | "thinking"
  | "tools"
  | "verbatimPrompts"
> & { settings?: Extract<NonNullable<Options["settings"]>, object> };

/** What a process tells about the account when it has started. */
export type StartReport = Pick<
  Awaited<ReturnType<Query["initializationResult"]>>,
  "account" | "commands" | "models"
>;
