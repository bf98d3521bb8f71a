import type { JsonObject } from "./client-tool.ts";

/** An MCP server that a request names for Claude Code to use. */
export interface RemoteMcpServer {
  /** Its name in the conversation. */
  readonly label: string;
  readonly url: string;
  /** Sent with every request to it; may be secret. */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: all of its tools. */
  readonly allowedTools?: readonly string[];
  /** Which of its tools need the client's approval before they run. */
  readonly approval:
    | { readonly type: "always" | "never" }
    | { readonly type: "list"; readonly always: readonly string[] }
    | { readonly type: "all-but"; readonly never: readonly string[] };
}

/**
 * The server label, reserved for this purpose, under which a client that answers approvals itself is asked about Claude Code's
 * own tools.
 */
export const CLAUDE_CODE_LABEL = "claude-code";

/** A call as it was presented to the client for approval. */
export interface AskedCall {
  readonly serverLabel: string;
  readonly toolName: string;
  readonly input: JsonObject;
}

/** The client's decision about a call that waits for it. */
export interface ToolApproval {
  readonly approvalId: string;
  readonly isApproved: boolean;
  readonly reason?: string;
  /**
   * What the client was shown, when it is known: once the call itself is gone, the approval is valid for exactly this. Absent
   * when the question was answered before.
   */
  readonly call?: AskedCall;
}

/** What a request lets Claude Code do by itself in a turn. */
export interface ServerTools {
  /** Names of Claude Code's own tools to offer in addition to the client's. */
  readonly builtin: readonly string[];
  readonly mcpServers: readonly RemoteMcpServer[];
  readonly approvals: readonly ToolApproval[];
  /** Limit of calls to tools that are not the client's; undefined: no limit. */
  readonly maxCalls?: number;
}

export const NO_SERVER_TOOLS: ServerTools = { builtin: [], mcpServers: [], approvals: [] };

/** The prefix of the names of a server's tools in Claude Code. */
export function mcpToolPrefix(label: string): string {
  return `mcp__${label.replaceAll(/[^a-zA-Z0-9_-]/g, "_")}__`;
}

/** Finds the server of the tool that Claude Code knows by this name, and the tool's name on that server. */
export function findMcpTool(
  servers: readonly RemoteMcpServer[],
  name: string,
): { readonly server: RemoteMcpServer; readonly tool: string } | undefined {
  const server = servers.find(({ label }) => name.startsWith(mcpToolPrefix(label)));
  return server && { server, tool: name.slice(mcpToolPrefix(server.label).length) };
}

/** Whether a call of this tool needs the client's approval. */
export function needsApproval({ approval }: RemoteMcpServer, tool: string): boolean {
  if (approval.type === "list") return approval.always.includes(tool);
  if (approval.type === "all-but") return !approval.never.includes(tool);
  return approval.type === "always";
}
