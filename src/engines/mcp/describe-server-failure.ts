import type { McpServer } from "../../core/words/mcp-server.ts";
import { hideSecrets } from "./hide-secrets.ts";

export interface ProbeFailure {
  readonly error: unknown;
  /** The end of what the server wrote to its stderr. */
  readonly errorOutput: string;
  readonly server: McpServer;
  /** The secret variables of its environment. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Set when it did not respond in time. */
  readonly waitedMs: number | undefined;
}

/** What went wrong, in words that everyone may read, and what the server itself said, for the operator. */
export function describeServerFailure(failure: ProbeFailure): {
  readonly problem: string;
  readonly detail?: string;
} {
  const { error, errorOutput, server, secrets, waitedMs } = failure;
  const lastLines = errorOutput.trim().split("\n").slice(-3).join("\n");
  const said = [waitedMs === undefined ? messageOf(error) : "", lastLines].filter((text) => text !== "");
  const problem =
    waitedMs === undefined
      ? describeError(error, server)
      : `It did not answer within ${waitedMs / 1000} seconds.`;
  return said.length === 0 ? { problem } : { problem, detail: hideSecrets(said.join("\n"), server, secrets) };
}

function describeError(error: unknown, { type }: McpServer): string {
  const code = codeOf(error);
  if (type === "stdio") {
    if (code === "ENOENT") return "Its command was not found on the server's machine.";
    if (code === "EACCES") return "Its command may not be run (EACCES).";
    if (code === CONNECTION_CLOSED) return "It ended before it answered.";
    return "It was started, but does not answer as an MCP server.";
  }
  if (code === 401 || code === 403) return `It refuses the headers that it is given (HTTP status ${code}).`;
  if (typeof code === "number" && code >= 300) return `It answers with HTTP status ${code}.`;
  if (typeof code === "string") return `It cannot be reached (${code}).`;
  return "It does not answer as an MCP server.";
}

/** JSON-RPC error code, as used by the MCP SDK. */
const CONNECTION_CLOSED = -32_000;

/** `fetch` has the system error code in its error's cause; the SDK's SSE client has it only in the message. */
function codeOf(error: unknown): string | number | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? error.code : undefined;
  if (typeof code === "string" || typeof code === "number") return code;
  if (error.name === "UnauthorizedError") return 401;
  return codeOf(error.cause) ?? /\bE[A-Z]{4,}\b/.exec(error.message)?.[0];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
