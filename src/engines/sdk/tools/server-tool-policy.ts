import type { HookJSONOutput, PreToolUseHookInput } from "@anthropic-ai/claude-agent-sdk";

import { HARMLESS_TOOLS } from "../../../core/profile.ts";
import {
  NO_SERVER_TOOLS,
  type RemoteMcpServer,
  type ServerTools,
  type ToolApproval,
} from "../../../core/server-tools.ts";

/** A call of an MCP tool that waits for the client's word. */
export interface WaitingApproval {
  readonly approvalId: string;
  readonly serverLabel: string;
  readonly name: string;
  readonly input: unknown;
}

/** Decides on the calls of tools that a request has asked Claude Code to run. What it did not ask for is left to the profile. */
export class ServerToolPolicy {
  readonly #announce: (approval: WaitingApproval) => void;
  readonly #waiting = new Map<string, (approval: ToolApproval) => void>();
  #tools = NO_SERVER_TOOLS;
  #callCount = 0;
  /** Approvals for calls of a process that is gone: each lets one call through. */
  #spareApprovals = 0;

  constructor(announce: (approval: WaitingApproval) => void) {
    this.#announce = announce;
  }

  get openApprovalIds(): readonly string[] {
    return [...this.#waiting.keys()];
  }

  /** From now on this turn's word counts. Calls that wait go on as they were decided on. */
  begin(tools: ServerTools): void {
    this.#tools = tools;
    this.#callCount = 0;
    this.#spareApprovals = 0;
    for (const approval of tools.approvals) {
      const give = this.#waiting.get(approval.approvalId);
      this.#waiting.delete(approval.approvalId);
      if (give) give(approval);
      else if (approval.isApproved) this.#spareApprovals += 1;
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
    // Others that the request asks for are subject to the profile's permissions, as they are without being asked for.
    const isAsked = this.#tools.builtin.includes(input.tool_name);
    if (isAsked && HARMLESS_TOOLS.has(input.tool_name)) return ALLOW;
    const server = this.#serverOf(input);
    if (!server) return {};
    const name = toolNameOf(input.tool_name);
    if (server.allowedTools && !server.allowedTools.includes(name))
      return deny("This tool is not allowed here.");
    if (!needsApproval(server, name)) return ALLOW;
    if (this.#spareApprovals > 0) {
      this.#spareApprovals -= 1;
      return ALLOW;
    }
    const approval = await this.#ask(
      { approvalId: `mcpr_${input.tool_use_id}`, serverLabel: server.label, name, input: input.tool_input },
      signal,
    );
    return approval.isApproved ? ALLOW : deny(approval.reason ?? "The person did not approve this call.");
  }

  #serverOf({ tool_name: name }: PreToolUseHookInput): RemoteMcpServer | undefined {
    return this.#tools.mcpServers.find(({ label }) => name.startsWith(toolPrefix(label)));
  }

  #ask(waiting: WaitingApproval, signal: AbortSignal): Promise<ToolApproval> {
    const { promise, resolve, reject } = Promise.withResolvers<ToolApproval>();
    this.#waiting.set(waiting.approvalId, resolve);
    const leave = () => {
      this.#waiting.delete(waiting.approvalId);
      reject(signal.reason);
    };
    signal.addEventListener("abort", leave, { once: true });
    this.#announce(waiting);
    return promise.finally(() => signal.removeEventListener("abort", leave));
  }
}

/** What the names of a server's tools begin with in Claude Code. */
export function toolPrefix(label: string): string {
  return `mcp__${label.replaceAll(/[^a-zA-Z0-9_-]/g, "_")}__`;
}

function toolNameOf(name: string): string {
  return name.split("__").slice(2).join("__");
}

function needsApproval({ approval }: RemoteMcpServer, name: string): boolean {
  if (approval.type === "list") return approval.always.includes(name);
  if (approval.type === "all-but") return !approval.never.includes(name);
  return approval.type === "always";
}

const ALLOW: HookJSONOutput = {
  hookSpecificOutput: { hookEventName: "PreToolUse", permissionDecision: "allow" },
};

function deny(reason: string): HookJSONOutput {
  return {
    hookSpecificOutput: {
      hookEventName: "PreToolUse",
      permissionDecision: "deny",
      permissionDecisionReason: reason,
    },
  };
}
