import type { AnswerMessage, InputPart, Message, ToolCallPart, ToolMessage } from "../words/message.ts";
import type { CallServerTool, ServerToolResult } from "../ports/server-tool-caller.ts";
import { type AskedCall, mcpToolPrefix, type ServerTools, type ToolApproval } from "../words/server-tools.ts";
import type { EngineEvent } from "../words/turn-event.ts";
import type { Work } from "../words/work.ts";

/** Calls that a person has decided on, with their results. */
export interface SettledCalls {
  readonly calls: readonly ToolCallPart[];
  readonly results: readonly ToolMessage[];
  /** Events that report the calls. */
  readonly events: readonly EngineEvent[];
  /** Decisions that are not settled here: on calls to other servers than the request's own, or on unknown calls. */
  readonly rest: readonly ToolApproval[];
}

const NOT_ALLOWED = "This tool is not allowed here.";
const NOT_APPROVED = "The person did not approve this call.";

/**
 * Settles calls whose process is gone: makes the approved ones in its place, exactly as the person saw them. The process that
 * continues reads all of them as Claude's calls with their results. `isCallKnown`: whether the history has a call with this id.
 */
export async function settleApprovals(
  { approvals, mcpServers }: ServerTools,
  isCallKnown: (callId: string) => boolean,
  callTool: CallServerTool,
  signal: AbortSignal,
): Promise<SettledCalls> {
  const settled: { -readonly [Name in keyof SettledCalls]: SettledCalls[Name][number][] } = {
    calls: [],
    results: [],
    events: [],
    rest: [],
  };
  for (const approval of approvals) {
    const { call, approvalId } = approval;
    const server = mcpServers.find(({ label }) => label === call?.serverLabel);
    const callId = approvalId.replace(/^mcpr_/, "");
    if (!call || !server || !isCallKnown(callId)) {
      settled.rest.push(approval);
      continue;
    }
    const make = async (): Promise<ServerToolResult> => {
      if (!approval.isApproved) return refusal(approval.reason ?? NOT_APPROVED);
      if (server.allowedTools?.includes(call.toolName) === false) return refusal(NOT_ALLOWED);
      return callTool(server, call.toolName, call.input, signal);
    };
    const { content, isError } = await make();
    const name = modelName(call);
    settled.calls.push({ type: "tool-call", callId, name, arguments: JSON.stringify(call.input) });
    settled.results.push({
      role: "tool",
      content: [{ type: "tool-result", callId, content, ...(isError && { isError }) }],
    });
    settled.events.push(
      { type: "activity-start", activityId: callId, name, input: call.input, work: workOf(call) },
      { type: "activity-end", activityId: callId, isError, output: textOf(content) },
    );
  }
  return settled;
}

function workOf({ serverLabel: server, toolName: tool }: AskedCall): Work {
  return { type: "mcp-call", server, tool };
}

/** The name by which Claude knows the tool. */
export function modelName({ serverLabel, toolName }: AskedCall): string {
  return `${mcpToolPrefix(serverLabel)}${toolName}`;
}

/** Adds these calls to the last answer of a history. */
export function withCalls(history: readonly Message[], calls: readonly ToolCallPart[]): readonly Message[] {
  if (calls.length === 0) return history;
  const last = history.at(-1);
  const isAnswer = last?.role === "assistant";
  const answer: AnswerMessage = { role: "assistant", content: [...(isAnswer ? last.content : []), ...calls] };
  return [...(isAnswer ? history.slice(0, -1) : history), answer];
}

/** Inserts messages after the leading tool results, which must come right after the answer that made the calls. */
export function behindResults(messages: readonly Message[], added: readonly Message[]): readonly Message[] {
  const words = messages.findIndex(({ role }) => role !== "tool");
  const at = words === -1 ? messages.length : words;
  return [...messages.slice(0, at), ...added, ...messages.slice(at)];
}

function refusal(text: string): ServerToolResult {
  return { content: [{ type: "text", text }], isError: true };
}

function textOf(content: readonly InputPart[]): string {
  return content.map((part) => (part.type === "text" ? part.text : `(${part.type})`)).join("\n");
}
