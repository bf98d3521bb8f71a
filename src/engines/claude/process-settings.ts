import type { SessionSpec } from "../../core/ports/engine.ts";
import { hasBuiltinTools, type ProcessKind } from "../../core/turn/process-kind.ts";
import type { Deadlines } from "../../core/turn/turn-deadlines.ts";
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
  /** Another Claude Code binary than the engine's own. */
  readonly executable?: string;
}

/** What the folder says to the model, then the profile, then the client: the later one has the last word. */
export function systemPromptText({ notes = "", instructions, systemText }: SessionSpec): string {
  return [notes, instructions, systemText].filter((text) => text !== "").join("\n\n");
}

/** The environment of a process: what the server lets it see, what the profile adds, and what Turnpike sets itself. */
export function processEnvironment(kind: ProcessKind, settings: ProcessSettings): Record<string, string> {
  return {
    [CONNECT_TIMEOUT_VARIABLE]: String(CONNECT_TIMEOUT_MS),
    ...settings.environment,
    ...kind.environment,
    ...switches(kind, settings),
  };
}

/** The same for a process that is only asked about the account: a look at what is on this machine; nobody is asked. */
export function accountEnvironment({ environment }: ProcessSettings): Record<string, string> {
  return { ...environment, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" };
}

/** Switches of Claude Code, most of them undocumented: the contract tests prove each one on the pinned version. */
function switches(kind: ProcessKind, settings: ProcessSettings): Record<string, string> {
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

/** Core's limits come first; behind them Claude Code's own still end what core does not see, such as a sub-agent's call. */
const MARGIN_MS = 60_000;
/** The longest that Claude Code takes for a stream without bytes. */
const MAX_IDLE_MS = 30 * 60_000;
/** Longer timers would end at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Has Claude Code count the bytes of the API's answers and tell, every ten seconds, that there were some: so a `ping` is no
 * silence. By itself it would take nothing but pings, for ten minutes, for a silence as well. Undocumented: see the contract test.
 */
function silenceEnvironment({ firstByteMs, streamIdleMs, turnMs }: Deadlines): Record<string, string> {
  return {
    API_TIMEOUT_MS: behind(firstByteMs),
    CLAUDE_ENABLE_BYTE_WATCHDOG: "1",
    CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS: behind(Math.max(firstByteMs, streamIdleMs), MAX_IDLE_MS),
    CLAUDE_STREAM_IDLE_TIMEOUT_MS: behind(turnMs),
  };
}

function behind(ms: number, maxMs = MAX_TIMER_MS): string {
  return String(Math.min(ms + MARGIN_MS, maxMs));
}
