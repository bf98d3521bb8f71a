import type { JsonObject } from "./client-tool.ts";

/** An MCP server that a request names, for Claude Code to ask. */
export interface RemoteMcpServer {
  /** Names it in the conversation. */
  readonly label: string;
  readonly url: string;
  /** Sent with every request to it; may be secret. */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: all of its tools. */
  readonly allowedTools?: readonly string[];
  /** Which of its tools wait for the client's word before they run. */
  readonly approval:
    | { readonly type: "always" | "never" }
    | { readonly type: "list"; readonly always: readonly string[] }
    | { readonly type: "all-but"; readonly never: readonly string[] };
}

/** Under this name, which no server may have, a client that approves by itself is asked about Claude Code's own tools. */
export const CLAUDE_CODE_LABEL = "claude-code";

/** A call as the client was asked about it. */
export interface AskedCall {
  readonly serverLabel: string;
  readonly toolName: string;
  readonly input: JsonObject;
}

/** The client's word on a call that waits for it. */
export interface ToolApproval {
  readonly approvalId: string;
  readonly isApproved: boolean;
  readonly reason?: string;
  /**
   * What the client was shown, when it is known: all that an approval is good for once the call itself is gone. Absent when
   * the question was answered before.
   */
  readonly call?: AskedCall;
}

/** What Claude Code may do by itself in a turn because the request asks for it. */
export interface ServerTools {
  /** Names of Claude Code's own tools, to be offered beside the client's. */
  readonly builtin: readonly string[];
  readonly mcpServers: readonly RemoteMcpServer[];
  readonly approvals: readonly ToolApproval[];
  /** Calls of tools that are not the client's; undefined: as many as Claude likes. */
  readonly maxCalls?: number;
}

export const NO_SERVER_TOOLS: ServerTools = { builtin: [], mcpServers: [], approvals: [] };

/** What the names of a server's tools begin with in Claude Code. */
export function mcpToolPrefix(label: string): string {
  return `mcp__${label.replaceAll(/[^a-zA-Z0-9_-]/g, "_")}__`;
}

/** The server whose tool Claude Code knows by this name, and the tool's own name there. */
export function findMcpTool(
  servers: readonly RemoteMcpServer[],
  name: string,
): { readonly server: RemoteMcpServer; readonly tool: string } | undefined {
  const server = servers.find(({ label }) => name.startsWith(mcpToolPrefix(label)));
  return server && { server, tool: name.slice(mcpToolPrefix(server.label).length) };
}

/** Whether a call of this tool waits for the client's word. */
export function needsApproval({ approval }: RemoteMcpServer, tool: string): boolean {
  if (approval.type === "list") return approval.always.includes(tool);
  if (approval.type === "all-but") return !approval.never.includes(tool);
  return approval.type === "always";
}
