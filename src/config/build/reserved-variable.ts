import { isNeverPassed } from "../claude/claude-environment.ts";

/** Variables that a profile may not set, each with the alternative where there is one. */
const CURES: Readonly<Record<string, string>> = {
  CLAUDE_CODE_MAX_RETRIES: "use turns.upstreamRetries",
  CLAUDE_CODE_EFFORT_LEVEL: "use the profile's effort",
  CLAUDE_CODE_MAX_OUTPUT_TOKENS: "requests say it",
  API_TIMEOUT_MS: "use turns.firstByteTimeout",
  CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS: "use turns.streamIdleTimeout",
  CLAUDE_STREAM_IDLE_TIMEOUT_MS: "use turns.streamIdleTimeout",
  IS_SANDBOX: "the container says it to the server",
};

const RESERVED = new Set([
  ...Object.keys(CURES),
  "CLAUDE_AGENT_SDK_MCP_NO_PREFIX",
  "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS",
  "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC",
  "CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK",
  "CLAUDE_CODE_DISABLE_REFUSAL_RETRY",
  "CLAUDE_CODE_EXTRA_BODY",
  "CLAUDE_CODE_IGNORE_PERSISTED_TRUST",
  "CLAUDE_CODE_MAX_MCP_DESCRIPTION_LENGTH",
  "CLAUDE_CODE_RESUME_INTERRUPTED_TURN",
  "CLAUDE_CODE_RESUME_PROMPT",
  // It would turn off what approvals and client tools rely on.
  "CLAUDE_CODE_SIMPLE",
  "CLAUDE_CODE_SKIP_PROMPT_HISTORY",
  "CLAUDE_CODE_TOTAL_TOKENS_REMINDER",
  "CLAUDE_ENABLE_BYTE_WATCHDOG",
  "CLAUDE_ENABLE_STREAM_WATCHDOG",
  "DISABLE_AUTOUPDATER",
  "DISABLE_AUTO_COMPACT",
  "ENABLE_TOOL_SEARCH",
]);

/** Why a profile may not set this variable; undefined when it may. */
export function whyReserved(name: string): string | undefined {
  const upper = name.toUpperCase();
  if (isNeverPassed(upper)) return "Claude Code never gets it";
  if (!RESERVED.has(upper)) return undefined;
  const cure = CURES[upper];
  return `Turnpike sets it itself${cure === undefined ? "" : `: ${cure}`}`;
}
