import type { JsonObject } from "../../core/client-tool.ts";
import { activityPrefix } from "./activity-items.ts";
import type { Events, OutputWriter } from "./output-writer.ts";

/** Claude Code waits for the client to allow a call of an MCP tool. `approvalId` names the request: the client answers to it. */
export function* writeApprovalRequest(
  output: OutputWriter,
  request: {
    readonly approvalId: string;
    readonly serverLabel: string;
    readonly toolName: string;
    /** JSON text. */
    readonly arguments: string;
  },
): Events {
  const slot = output.open("mcpr");
  const item = {
    id: request.approvalId,
    type: "mcp_approval_request",
    server_label: request.serverLabel,
    name: request.toolName,
    arguments: request.arguments,
  };
  yield slot.added(item);
  yield slot.done(item);
}

/** The tools of an MCP server that the request named, or why there are none. */
export function* writeMcpTools(
  output: OutputWriter,
  server: {
    readonly serverLabel: string;
    readonly tools: readonly {
      readonly name: string;
      readonly description?: string;
      readonly inputSchema: JsonObject;
    }[];
    readonly error?: string;
  },
): Events {
  const slot = output.open(activityPrefix("mcpl"));
  const item = { id: slot.id, type: "mcp_list_tools", server_label: server.serverLabel, error: null };
  yield slot.added({ ...item, tools: [] });
  yield slot.event("mcp_list_tools.in_progress");
  yield slot.event(server.error === undefined ? "mcp_list_tools.completed" : "mcp_list_tools.failed");
  yield slot.done({
    ...item,
    error: server.error ?? null,
    tools: server.tools.map(({ name, description, inputSchema }) => ({
      name,
      description: description ?? null,
      input_schema: inputSchema,
      annotations: null,
    })),
  });
}
