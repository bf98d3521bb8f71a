import type { McpServer } from "../../core/words/mcp-server.ts";

/** The variable that tells Claude Code how long an MCP server may take to respond, in milliseconds. */
export const CONNECT_TIMEOUT_VARIABLE = "MCP_TIMEOUT";

/** Claude Code's default is 30 seconds, for which a turn would wait before it begins if a server hangs. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** For a program that may first have to be downloaded from a registry; after that it starts as fast as others. */
const FIRST_START_MS = 60_000;

/** How long a server may take when Claude Code has this environment; the operator's value takes precedence. */
export function connectTimeoutMs(
  environment: Readonly<Record<string, string>>,
  start: { readonly type: McpServer["type"]; readonly isFirst?: boolean | undefined },
): number {
  const given = Number(environment[CONNECT_TIMEOUT_VARIABLE]);
  if (Number.isInteger(given) && given > 0) return given;
  return start.isFirst && start.type === "stdio" ? FIRST_START_MS : CONNECT_TIMEOUT_MS;
}
