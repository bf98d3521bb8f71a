/** The variable by which Claude Code is told how long an MCP server may take until it answers, in milliseconds. */
export const CONNECT_TIMEOUT_VARIABLE = "MCP_TIMEOUT";

/** Claude Code's own is 30 seconds, in which a turn that has not begun would wait for a server that hangs. */
export const CONNECT_TIMEOUT_MS = 10_000;

/** How long Claude Code waits for a server where its environment is this one. */
export function connectTimeoutMs(environment: Readonly<Record<string, string>>): number {
  const given = Number(environment[CONNECT_TIMEOUT_VARIABLE]);
  return Number.isInteger(given) && given > 0 ? given : CONNECT_TIMEOUT_MS;
}
