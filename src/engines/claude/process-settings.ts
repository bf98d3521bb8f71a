import type { SessionSpec } from "../../core/ports/engine-session.ts";
import { hasBuiltinTools, type ProcessKind } from "../../core/turn/process-kind.ts";
import type { Deadlines } from "../../core/turn/turn-deadlines.ts";
import { LONGEST_TIMER_MS } from "../../lib/time.ts";
import { CONNECT_TIMEOUT_MS, CONNECT_TIMEOUT_VARIABLE } from "../mcp/connect-timeout.ts";

/** What the server gives to every Claude Code process. */
export interface ProcessSettings {
  /** The environment that Claude Code may see, credentials included. */
  readonly environment: Readonly<Record<string, string>>;
  /** How often Claude Code asks the model's API again after a failure. */
  readonly upstreamRetries: number;
  /** How long core lets the model's API be silent. Default: only Claude Code's own limits apply. */
  readonly deadlines?: Deadlines;
  /** Absolute paths of files and folders that no tool may read or change. */
  readonly privatePaths?: readonly string[];
  /** Absolute paths of folders in which a turn may read nothing but its own folder. */
  readonly privateFolders?: readonly string[];
  /** A Claude Code binary to use instead of the engine's own. */
  readonly executable?: string;
}

export const GC_TIMER_VARIABLE = "BUN_GC_TIMER_INTERVAL";

/**
 * Claude Code's runtime, Bun, collects garbage by a timer besides, each second in which something was allocated: up to a third of the
 * processor time of a start and of a turn, and often in the middle of it. Milliseconds. What is allocated still decides, too.
 */
const RUNTIME = { [GC_TIMER_VARIABLE]: "10000" } as const;

/**
 * The folder's text for the model, then the profile's, then the client's: the last one has the last word. The API refuses texts of
 * white space alone.
 */
export function systemPromptText({ notes = "", instructions, systemText }: SessionSpec): string {
  return [notes, instructions, systemText].filter((text) => text.trim() !== "").join("\n\n");
}

/** The environment of a process: what the server lets it see, what the profile adds, and what Turnpike sets itself. */
export function processEnvironment(kind: ProcessKind, settings: ProcessSettings): Record<string, string> {
  return {
    ...RUNTIME,
    [CONNECT_TIMEOUT_VARIABLE]: String(CONNECT_TIMEOUT_MS),
    ...settings.environment,
    ...kind.environment,
    ...switches(kind, settings),
  };
}

/**
 * The environment of a process that is only asked about the account. It looks at what is on this machine and asks nobody else.
 */
export function accountEnvironment({ environment }: ProcessSettings): Record<string, string> {
  const quiet = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" };
  return { ...RUNTIME, ...environment, ...quiet };
}

/** Claude Code's switches, most of them undocumented; the contract tests prove each one on the pinned version. */
function switches(kind: ProcessKind, settings: ProcessSettings): Record<string, string> {
  return {
    CLAUDE_CODE_MAX_RETRIES: String(settings.upstreamRetries),
    ...(settings.deadlines && silenceEnvironment(settings.deadlines)),
    // A fallback would send the whole answer again, in one piece.
    CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK: "1",
    // A hidden second try after a refusal would double the cost and mix two answers.
    CLAUDE_CODE_DISABLE_REFUSAL_RETRY: "1",
    // Whatever else of the folder Claude Code may look at, it must treat the folder as untrusted.
    ...(readsFolderSettings(kind) ? {} : { CLAUDE_CODE_IGNORE_PERSISTED_TRUST: "1" }),
    // Background tasks start turns that nobody asked for.
    CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1",
    // That switch would also turn off the judging of calls.
    ...(kind.isJudged ? WITHOUT_REPORTS : { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" }),
    CLAUDE_CODE_TOTAL_TOKENS_REMINDER: "off",
    DISABLE_AUTOUPDATER: "1",
    ENABLE_TOOL_SEARCH: "false",
    // Client tools reach the model under their own names and with their full descriptions.
    CLAUDE_AGENT_SDK_MCP_NO_PREFIX: "1",
    CLAUDE_CODE_MAX_MCP_DESCRIPTION_LENGTH: "100000000",
    // Clients' images and texts leave no copies on disk.
    CLAUDE_CODE_SKIP_PROMPT_HISTORY: "1",
    // A bare chat tells the client that its context is full; an agent may summarise and go on.
    ...(!hasBuiltinTools(kind) ? { DISABLE_AUTO_COMPACT: "1" } : {}),
  };
}

/** Whether a process reads the folder's own settings. Only for trusted folders. */
export function readsFolderSettings({ settingSources }: ProcessKind): boolean {
  return settingSources.some((source) => source !== "user");
}

const WITHOUT_REPORTS = { DISABLE_ERROR_REPORTING: "1", DISABLE_BUG_COMMAND: "1" };

/** Core's limits come first. Claude Code's own follow later and still end what core does not see, such as a sub-agent's call. */
const MARGIN_MS = 60_000;
/** The longest limit that Claude Code accepts for a stream without bytes. */
const MAX_IDLE_MS = 30 * 60_000;

/**
 * Makes Claude Code count the bytes of the API's answers and report every ten seconds that some have come, so that a `ping` does
 * not count as silence. By default it also treats ten minutes of nothing but pings as silence. Undocumented: see the contract
 * test.
 */
function silenceEnvironment({ firstByteMs, streamIdleMs, turnMs }: Deadlines): Record<string, string> {
  return {
    API_TIMEOUT_MS: behind(firstByteMs),
    CLAUDE_ENABLE_BYTE_WATCHDOG: "1",
    CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS: behind(Math.max(firstByteMs, streamIdleMs), MAX_IDLE_MS),
    CLAUDE_STREAM_IDLE_TIMEOUT_MS: behind(turnMs),
  };
}

function behind(ms: number, maxMs = LONGEST_TIMER_MS): string {
  return String(Math.min(ms + MARGIN_MS, maxMs));
}
