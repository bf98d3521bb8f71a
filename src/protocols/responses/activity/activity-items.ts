import { findMcpTool, needsApproval } from "../../../core/words/server-tools.ts";
import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { ActivityStart } from "../../../core/words/turn-event.ts";
import type { FileEdit, Work } from "../../../core/words/work.ts";
import { describeInOneLine } from "./activity-line.ts";
import type { ResponseHead } from "../response-head.ts";

/**
 * Marks the ids of items for Claude Code's own work, and of their calls, for clients that keep only those: when a client sends
 * such an item back, it is not a call of the client's tools.
 */
const MARK = "_act_";

/** The prefix of the id of such an item. */
export function activityPrefix(kind: string): string {
  return `${kind}${MARK.slice(0, -1)}`;
}

export function activityCallId(activityId: string): string {
  return `call${MARK}${activityId}`;
}

/** Whether an item or call with this id is part of Claude Code's own work. */
export function isActivityId(id: unknown): boolean {
  return typeof id === "string" && id.includes(MARK);
}

export interface McpCall {
  readonly label: string;
  readonly tool: string;
  /** JSON text. */
  readonly arguments: string;
  /** The request names the server. */
  readonly isRequested: boolean;
  /** The client has to allow it first. */
  readonly needsApproval: boolean;
}

/** What Claude Code does, in terms of OpenAI's items. */
export type Activity =
  | { readonly type: "shell"; readonly command: string; readonly timeoutMs?: number }
  | { readonly type: "code"; readonly command: string }
  | { readonly type: "patch"; readonly edit: FileEdit; readonly showPath: (path: string) => string }
  | { readonly type: "search"; readonly query: string }
  | { readonly type: "page"; readonly url: string }
  | { readonly type: "mcp"; readonly call: McpCall }
  /** An activity for which OpenAI has no item. */
  | { readonly type: "note"; readonly text: string };

interface Context extends Pick<ResponseHead, "hostedTools" | "mcpServers"> {
  readonly showPath: (path: string) => string;
}

export function toActivity({ name, input, work }: ActivityStart, context: Context): Activity {
  const { showPath } = context;
  switch (work?.type) {
    case "command": {
      const { about: command = "", timeoutMs } = work;
      const hosted = context.hostedTools;
      if (hosted?.has("code_interpreter") && !hosted.has("shell")) return { type: "code", command };
      return { type: "shell", command, ...(timeoutMs !== undefined && { timeoutMs }) };
    }
    case "file-edit":
      return { type: "patch", edit: work.edit, showPath };
    case "web-search":
      return { type: "search", query: work.about ?? "" };
    case "web-page":
      return { type: "page", url: work.about ?? "" };
    case "mcp-call":
      return { type: "mcp", call: mcpCall(name, work, input, context) };
    default:
      return { type: "note", text: describeInOneLine(name, work, showPath) };
  }
}

function mcpCall(
  name: string,
  { server, tool }: Extract<Work, { type: "mcp-call" }>,
  input: JsonObject,
  { mcpServers = [] }: Context,
): McpCall {
  // A server's name may contain the separator, so names from the request are tried first.
  const found = findMcpTool(mcpServers, name);
  return {
    label: found?.server.label ?? server,
    tool: found?.tool ?? tool,
    arguments: JSON.stringify(input),
    isRequested: found !== undefined,
    needsApproval: found !== undefined && needsApproval(found.server, found.tool),
  };
}
