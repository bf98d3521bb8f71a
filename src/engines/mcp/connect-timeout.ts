import type { McpServer } from "../../core/words/mcp-server.ts";

/** The variable by which Claude Code is told how long an MCP server may take until it answers, in milliseconds. */
export const CONNECT_TIMEOUT_VARIABLE = "MCP_TIMEOUT";

/** Claude Code's own is 30 seconds, in which a turn that has not begun would wait for a server that hangs. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** For a program that may have to be fetched from a registry; once it is there, it starts as quickly as others. */
const FIRST_START_MS = 60_000;

/** How long a server may take where the environment of Claude Code is this one; what the operator says counts. */
export function connectTimeoutMs(
  environment: Readonly<Record<string, string>>,
  start: { readonly type: McpServer["type"]; readonly isFirst?: boolean | undefined },
): number {
  const given = Number(environment[CONNECT_TIMEOUT_VARIABLE]);
  if (Number.isInteger(given) && given > 0) return given;
  return start.isFirst && start.type === "stdio" ? FIRST_START_MS : CONNECT_TIMEOUT_MS;
}
