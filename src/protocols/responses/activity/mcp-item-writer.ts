import type { ApprovalRequest, McpTools } from "../../../core/words/turn-event.ts";
import { activityPrefix } from "./activity-items.ts";
import type { Events, OutputWriter } from "../output/output-writer.ts";

/**
 * Writes that Claude Code waits for the client to allow a call of an MCP tool. The item's id names the request, which the client
 * answers.
 */
export function* writeApprovalRequest(output: OutputWriter, request: ApprovalRequest): Events {
  const slot = output.open("mcpr");
  const item = {
    id: request.approvalId,
    type: "mcp_approval_request",
    server_label: request.serverLabel,
    name: request.toolName,
    arguments: JSON.stringify(request.input),
  };
  yield slot.added(item);
  yield slot.done(item);
}

/**
 * Writes the tools of an MCP server that the request named. Missing descriptions are left out: the AI SDK accepts no null here.
 */
export function* writeMcpTools(output: OutputWriter, { serverLabel, tools }: McpTools): Events {
  const slot = output.open(activityPrefix("mcpl"));
  const item = { id: slot.id, type: "mcp_list_tools", server_label: serverLabel };
  yield slot.added({ ...item, tools: [] });
  yield slot.event("mcp_list_tools.in_progress");
  yield slot.event("mcp_list_tools.completed");
  yield slot.done({
    ...item,
    tools: tools.map(({ name, description, inputSchema }) => ({
      name,
      ...(description !== undefined && { description }),
      input_schema: inputSchema,
    })),
  });
}
