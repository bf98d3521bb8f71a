import type { RemoteMcpServer } from "../../core/words/server-tools.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";
import { type TurnId, uniquePartOf } from "../../core/words/ids.ts";
import type { McpTools } from "../../core/words/turn-event.ts";
import type { HostedTool, ResponsesRequest, ToolOrigin } from "./responses-request.ts";

export type ResponseStatus = "queued" | "in_progress" | "completed" | "incomplete" | "failed" | "cancelled";

/** What is known of a response before its turn runs. */
export interface ResponseHead {
  readonly turnId: TurnId;
  /** `resp_` followed by the unique part of the turn's id. */
  readonly id: string;
  /** The model id as the client knows it. */
  readonly modelId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly echo: JsonObject;
  readonly toolOrigins: ReadonlyMap<string, ToolOrigin>;
  readonly include: ResponsesRequest["include"];
  readonly showsReasoning: boolean;
  readonly isBackground: boolean;
  /** Whether Claude Code's own work is shown as items. */
  readonly showsActivity: boolean;
  /** The client asked for Turnpike's own events, and Claude Code's work is not hidden. */
  readonly tellsAgent?: boolean;
  /** The client itself approves the calls that need it, so any call may turn out to be waiting for it. */
  readonly asksClient?: boolean;
  /** Hosted tools that the request declares: their calls are always shown as items. */
  readonly hostedTools?: ReadonlySet<HostedTool>;
  /** The request's MCP servers: their calls are always shown as items. */
  readonly mcpServers?: readonly RemoteMcpServer[];
  /** Whether the context already contains this list of a server's tools; absent means that it does not. */
  readonly isListed?: (tools: McpTools) => boolean;
  /** The ids of the approval requests that the input approves. */
  readonly approvedIds?: readonly string[];
  /** The container id that stands for the place where Claude Code's commands run. */
  readonly containerId?: string;
  /** Encrypts what only this server may read again, such as thinking. */
  readonly seal: (value: unknown) => string;
}

/** The response object in its wire format. */
export type ResponseBody = JsonObject & { readonly id: string; readonly status: ResponseStatus };
/** An event of a stream, with its number. */
export type ResponseEvent = JsonObject & { readonly type: string; readonly sequence_number: number };

/** The turn of a response of ours. */
export function turnIdOf(responseId: string): TurnId {
  // Proof for the cast: `responseIdOf` made it of a turn's id.
  return `turn_${responseId.replace(/^resp_/, "")}` as TurnId;
}

export function responseIdOf(turnId: TurnId): string {
  return `resp_${uniquePartOf(turnId)}`;
}
