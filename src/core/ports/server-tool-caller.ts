import type { JsonObject } from "../words/client-tool.ts";
import type { InputPart } from "../words/message.ts";
import type { RemoteMcpServer } from "../words/server-tools.ts";

export interface ServerToolResult {
  readonly content: readonly InputPart[];
  /** The tool says that it has failed, or the server does not do it. */
  readonly isError: boolean;
}

/**
 * Calls a tool of an MCP server that a request names, where Claude Code cannot: in place of a process that is gone.
 * @throws AppError `invalid-request` when the server does not answer as one, or the signal's reason
 */
export type CallServerTool = (
  server: RemoteMcpServer,
  tool: string,
  input: JsonObject,
  signal: AbortSignal,
) => Promise<ServerToolResult>;
