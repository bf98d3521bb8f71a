import { findMcpTool, mcpToolPrefix, needsApproval } from "../../../core/words/server-tools.ts";
import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { ActivityStart } from "../../../core/words/turn-event.ts";
import { describeInOneLine } from "./activity-line.ts";
import { type FileChange, changeFromInput } from "./file-change.ts";
import type { ResponseHead } from "../response-head.ts";
import { textOr } from "../read-object.ts";

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
  | { readonly type: "patch"; readonly change: FileChange; readonly showPath: (path: string) => string }
  | { readonly type: "search"; readonly query: string }
  | { readonly type: "page"; readonly url: string }
  | { readonly type: "mcp"; readonly call: McpCall }
  /** An activity for which OpenAI has no item. */
  | { readonly type: "note"; readonly text: string };

interface Context extends Pick<ResponseHead, "hostedTools" | "mcpServers"> {
  readonly showPath: (path: string) => string;
}

export function describeActivity({ name, input }: ActivityStart, context: Context): Activity {
  const { showPath } = context;
  switch (name) {
    case "Bash": {
      const command = textOr(input["command"], "");
      const hosted = context.hostedTools;
      if (hosted?.has("code_interpreter") && !hosted.has("shell")) return { type: "code", command };
      const timeoutMs = input["timeout"];
      return { type: "shell", command, ...(typeof timeoutMs === "number" && { timeoutMs }) };
    }
    case "Write":
    case "Edit":
    case "NotebookEdit":
      return { type: "patch", change: changeFromInput(name, input), showPath };
    case "WebSearch":
      return { type: "search", query: textOr(input["query"], "") };
    case "WebFetch":
      return { type: "page", url: textOr(input["url"], "") };
    default:
      if (name.startsWith("mcp__")) return { type: "mcp", call: mcpCall(name, input, context) };
      return { type: "note", text: describeInOneLine(name, input, showPath) };
  }
}

function mcpCall(name: string, input: JsonObject, { mcpServers = [] }: Context): McpCall {
  // A server's name may contain the separator, so names from the request are tried first.
  const found = findMcpTool(mcpServers, name);
  const label = found?.server.label ?? name.split("__")[1] ?? "";
  return {
    label,
    tool: found?.tool ?? name.slice(mcpToolPrefix(label).length),
    arguments: JSON.stringify(input),
    isRequested: found !== undefined,
    needsApproval: found !== undefined && needsApproval(found.server, found.tool),
  };
}
