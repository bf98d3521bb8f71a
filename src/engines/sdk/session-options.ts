import type { Options } from "@anthropic-ai/claude-agent-sdk";

import type { PermissionMode } from "../../core/words/permission-mode.ts";
import type { SessionSpec } from "../../core/ports/engine.ts";
import type { Deadlines } from "../../core/turn/with-deadlines.ts";
import { hasBuiltinTools, type ProcessKind } from "../../core/turn/process-kind.ts";
import { silenceEnvironment } from "../claude/silence-environment.ts";
import { CONNECT_TIMEOUT_MS, CONNECT_TIMEOUT_VARIABLE } from "../mcp/connect-timeout.ts";

/** What the server gives to every Claude Code process. */
export interface ProcessSettings {
  /** The environment that Claude Code may see, credentials included. */
  readonly environment: Readonly<Record<string, string>>;
  /** How often Claude Code asks the model's API again after a failure. */
  readonly upstreamRetries: number;
  /** How long core lets the model's API be silent. Default: only Claude Code's own limits. */
  readonly deadlines?: Deadlines;
  /** Absolute paths of files and folders that no tool reads or changes. */
  readonly privatePaths?: readonly string[];
  /** Absolute paths of folders of which a turn reads nothing but its own folder. */
  readonly privateFolders?: readonly string[];
  /** Another Claude Code binary than the one that comes with the Agent SDK. */
  readonly executable?: string;
}

/**
 * What is fixed when a process starts, so that a spare may serve any conversation of such a profile. Its text for the model
 * comes with the claim, and so do the folder and the model.
 */
export function spareOptions(kind: ProcessKind, settings: ProcessSettings): Options {
  return {
    ...processOptions(kind, settings),
    systemPrompt: kind.systemPrompt === "claude-code" ? { type: "preset", preset: "claude_code" } : "",
  };
}

/** The same for a process that is started for one conversation. */
export function sessionOptions(
  spec: SessionSpec,
  permissionMode: PermissionMode,
  settings: ProcessSettings,
): Options {
  const { kind, workspace, model } = spec;
  const text = systemPromptText(spec);
  return {
    ...processOptions(kind, settings),
    permissionMode,
    cwd: workspace,
    ...modelOption(model),
    systemPrompt:
      kind.systemPrompt === "claude-code"
        ? { type: "preset", preset: "claude_code", ...(text === "" ? {} : { append: text }) }
        : text,
  };
}

/** What the folder says to the model, then the profile, then the client: the later one has the last word. */
export function systemPromptText({ notes = "", instructions, systemText }: SessionSpec): string {
  return [notes, instructions, systemText].filter((text) => text !== "").join("\n\n");
}

/** For a process that is only asked about the account. */
export function accountOptions(settings: ProcessSettings): Options {
  return {
    settingSources: ["user"],
    tools: [],
    persistSession: false,
    ...executableOption(settings),
    // A look at what is on this machine; nobody is asked.
    env: { ...settings.environment, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" },
  };
}

/** `default` is the account's own default, which Claude Code takes when no model is named. */
export function modelOption(model: string): { model?: string } {
  return model === "default" ? {} : { model };
}

function processOptions(kind: ProcessKind, settings: ProcessSettings): Options {
  return {
    // A client's text is never a command, a file mention or a shell line, but where it is asked to be one.
    verbatimPrompts: !kind.runsCommands,
    includePartialMessages: true,
    // Turnpike keeps the history; Claude Code's own list of sessions stays the person's.
    persistSession: false,
    // What a spare waits in; each turn has its own.
    permissionMode: "default",
    ...(kind.mayBypassPermissions && { allowDangerouslySkipPermissions: true }),
    disallowedTools: [...kind.removedTools, ...(kind.builtinTools === "on" ? NEVER_OFFERED : [])],
    ...(kind.sandbox !== "off" && { sandbox: sandboxOption(kind.sandbox) }),
    ...(Object.keys(kind.agents).length > 0 && { agents: toAgentDefinitions(kind.agents) }),
    settingSources: [...kind.settingSources],
    thinking: { type: "adaptive", display: "summarized" },
    // Client tools may have names that Claude Code would add its advice on commit messages for.
    ...(kind.builtinTools !== "on" ? { settings: { attribution: { commit: "", pr: "" } } } : {}),
    ...(kind.builtinTools === "on" ? {} : { tools: [...kind.builtinTools], strictMcpConfig: true }),
    ...executableOption(settings),
    env: {
      [CONNECT_TIMEOUT_VARIABLE]: String(CONNECT_TIMEOUT_MS),
      ...settings.environment,
      ...kind.environment,
      ...processEnvironment(kind, settings),
    },
  };
}

/**
 * Set at the start, because a sandbox that is asked for later and is not there is left out without a word. Commands in it are
 * still asked about like any others.
 */
function sandboxOption(wanted: "auto" | "required"): NonNullable<Options["sandbox"]> {
  return {
    enabled: true,
    failIfUnavailable: true,
    autoAllowBashIfSandboxed: false,
    // The model may ask to run a command outside of it.
    allowUnsandboxedCommands: wanted !== "required",
  };
}

/** They wait for a person at a terminal. */
const ASKING_TOOLS = ["AskUserQuestion", "EnterPlanMode", "ExitPlanMode"];
/** What they start goes on after the turn, and then begins turns that nobody asked for. */
const LASTING_TOOLS = [
  "CronCreate",
  "CronDelete",
  "CronList",
  "ScheduleWakeup",
  "Monitor",
  "Workflow",
  "TaskStop",
];
/** They reach other sessions of this machine: those of other clients, and the person's own. */
const PEER_TOOLS = ["ListAgents", "SendMessage"];
/** They leave the folder in which changes are watched; `isolation` is for that. */
const WORKTREE_TOOLS = ["EnterWorktree", "ExitWorktree"];
const NEVER_OFFERED = [...ASKING_TOOLS, ...LASTING_TOOLS, ...PEER_TOOLS, ...WORKTREE_TOOLS];

function toAgentDefinitions(agents: ProcessKind["agents"]): NonNullable<Options["agents"]> {
  const definitions = Object.entries(agents).map(([name, { description, prompt, tools, model }]) => [
    name,
    { description, prompt, ...(tools && { tools: [...tools] }), ...(model !== undefined && { model }) },
  ]);
  return Object.fromEntries(definitions);
}

/**
 * Switches of Claude Code, most of them undocumented: the contract tests prove each one on the pinned version.
 */
function processEnvironment(kind: ProcessKind, settings: ProcessSettings): Record<string, string> {
  return {
    CLAUDE_CODE_MAX_RETRIES: String(settings.upstreamRetries),
    ...(settings.deadlines && silenceEnvironment(settings.deadlines)),
    // A fallback would send the whole answer again, in one piece.
    CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK: "1",
    // A hidden second try after a refusal would double the cost and mix two answers.
    CLAUDE_CODE_DISABLE_REFUSAL_RETRY: "1",
    // Whatever else of the folder Claude Code may come to look at, it is to take the folder for one that nobody trusts.
    ...(readsFolderSettings(kind) ? {} : { CLAUDE_CODE_IGNORE_PERSISTED_TRUST: "1" }),
    // Background tasks start turns that nobody asked for.
    CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1",
    // It would switch off the judging of calls as well.
    ...(kind.isJudged ? WITHOUT_REPORTS : { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" }),
    CLAUDE_CODE_TOTAL_TOKENS_REMINDER: "off",
    DISABLE_AUTOUPDATER: "1",
    ENABLE_TOOL_SEARCH: "false",
    // Client tools reach the model by their own names and with all of their descriptions.
    CLAUDE_AGENT_SDK_MCP_NO_PREFIX: "1",
    CLAUDE_CODE_MAX_MCP_DESCRIPTION_LENGTH: "100000000",
    // Images and texts of clients leave no copies on disk.
    CLAUDE_CODE_SKIP_PROMPT_HISTORY: "1",
    // A bare chat tells the client that its context is full; an agent may summarise and go on.
    ...(!hasBuiltinTools(kind) ? { DISABLE_AUTO_COMPACT: "1" } : {}),
  };
}

/** Only for folders that are trusted. */
export function readsFolderSettings({ settingSources }: ProcessKind): boolean {
  return settingSources.some((source) => source !== "user");
}

const WITHOUT_REPORTS = { DISABLE_ERROR_REPORTING: "1", DISABLE_BUG_COMMAND: "1" };

function executableOption({ executable }: ProcessSettings): Pick<Options, "pathToClaudeCodeExecutable"> {
  return executable === undefined ? {} : { pathToClaudeCodeExecutable: executable };
}
