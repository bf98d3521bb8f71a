import { HARMLESS_TOOLS } from "../../../core/turn/process-kind.ts";
import {
  type AskedCall,
  findMcpTool,
  needsApproval,
  NO_SERVER_TOOLS,
  type ServerTools,
  type ToolApproval,
} from "../../../core/words/server-tools.ts";
import type { ApprovalRequest } from "../../../core/words/turn-event.ts";
import { canonicalJson } from "../../../lib/canonical-json.ts";
import { PendingReplies } from "../../../lib/pending-replies.ts";
import type { HookJSONOutput, PreToolUseHookInput } from "../claude-messages.ts";
import { toJsonObject } from "../content/message-content.ts";

/** A call that waits for the client's decision. */
export interface WaitingApproval {
  readonly approvalId: string;
  readonly serverLabel: string;
  readonly name: string;
  readonly input: unknown;
}

export interface ClientQuestion extends Omit<WaitingApproval, "approvalId"> {
  readonly toolUseId: string;
}

/** Decides on the calls of tools that a request has asked Claude Code to run. Other tools are left to the profile. */
export class ServerToolPolicy {
  readonly #announce: (approval: WaitingApproval) => void;
  readonly #waiting = new PendingReplies<ToolApproval>();
  #tools = NO_SERVER_TOOLS;
  #callCount = 0;
  /** Approved calls of a process that is gone. Each one lets the same call through, once. */
  #approvedCalls: AskedCall[] = [];

  constructor(announce: (approval: WaitingApproval) => void) {
    this.#announce = announce;
  }

  get openApprovalIds(): readonly string[] {
    return this.#waiting.ids;
  }

  /** From now on this turn's tools and limits count. Waiting calls continue according to the client's decision. */
  begin(tools: ServerTools): void {
    this.#tools = tools;
    this.#callCount = 0;
    this.#approvedCalls = [];
    for (const approval of tools.approvals) {
      const isAwaited = this.#waiting.give(approval.approvalId, approval);
      if (!isAwaited && approval.isApproved && approval.call) this.#approvedCalls.push(approval.call);
    }
  }

  async decide(input: PreToolUseHookInput, signal: AbortSignal): Promise<HookJSONOutput> {
    const { maxCalls } = this.#tools;
    this.#callCount += 1;
    if (maxCalls !== undefined && this.#callCount > maxCalls) {
      return deny(
        `No more than ${maxCalls} tool calls are allowed in this answer. Answer with what is known.`,
      );
    }
    // Other tools that the request asks for are subject to the profile's permissions, as they are when no request asks for them.
    const isAsked = this.#tools.builtin.includes(input.tool_name);
    if (isAsked && HARMLESS_TOOLS.has(input.tool_name)) return ALLOW;
    const found = findMcpTool(this.#tools.mcpServers, input.tool_name);
    if (!found) return {};
    const { server, tool } = found;
    const isAllowed = server.allowedTools?.includes(tool) ?? true;
    if (!isAllowed) return deny("This tool is not allowed here.");
    if (!needsApproval(server, tool)) return ALLOW;
    const question = { toolUseId: input.tool_use_id, serverLabel: server.label, name: tool };
    const approval = await this.ask({ ...question, input: input.tool_input }, signal);
    return approval.isApproved ? ALLOW : deny(approval.reason ?? "The person did not approve this call.");
  }

  /** Waits for the client's decision, which a later turn brings, unless the client has already approved this very call. */
  async ask(question: ClientQuestion, signal: AbortSignal): Promise<ToolApproval> {
    const { toolUseId, ...asked } = question;
    const approvalId = `mcpr_${toolUseId}`;
    if (this.#takeApproved(asked)) return { approvalId, isApproved: true };
    const reply = this.#waiting.wait(approvalId, signal);
    this.#announce({ approvalId, ...asked });
    return reply;
  }

  #takeApproved({ serverLabel, name, input }: Omit<ClientQuestion, "toolUseId">): boolean {
    const text = canonicalText(input);
    const index = this.#approvedCalls.findIndex(
      (call) =>
        call.serverLabel === serverLabel && call.toolName === name && canonicalText(call.input) === text,
    );
    if (index === -1) return false;
    this.#approvedCalls.splice(index, 1);
    return true;
  }
}

/** The event that tells the client of the call. */
export function approvalRequest({ approvalId, serverLabel, name, input }: WaitingApproval): ApprovalRequest {
  return { type: "approval-request", approvalId, serverLabel, toolName: name, input: toJsonObject(input) };
}

const ALLOW: HookJSONOutput = {
  hookSpecificOutput: { hookEventName: "PreToolUse", permissionDecision: "allow" },
};

/** Clients rewrite the arguments, so only a canonical form can be compared. */
function canonicalText(input: unknown): string {
  return canonicalJson(JSON.stringify(input));
}

function deny(reason: string): HookJSONOutput {
  return {
    hookSpecificOutput: {
      hookEventName: "PreToolUse",
      permissionDecision: "deny",
      permissionDecisionReason: reason,
    },
  };
}
