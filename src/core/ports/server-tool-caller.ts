import type { JsonObject } from "../words/client-tool.ts";
import type { InputPart } from "../words/message.ts";
import type { RemoteMcpServer } from "../words/server-tools.ts";

export interface ServerToolResult {
  readonly content: readonly InputPart[];
  /** The tool reports a failure, or the server does not run it. */
  readonly isError: boolean;
}

/**
 * Calls a tool of an MCP server that a request names when Claude Code cannot, because its process is gone.
 * @throws AppError `invalid-request` when the server does not respond as an MCP server; the signal's reason when it aborts
 */
export type CallServerTool = (
  server: RemoteMcpServer,
  tool: string,
  input: JsonObject,
  signal: AbortSignal,
) => Promise<ServerToolResult>;
