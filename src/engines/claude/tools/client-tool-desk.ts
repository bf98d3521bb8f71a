import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import {
  CallToolRequestSchema,
  type CallToolResult,
  ListToolsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";

import type { ClientTool } from "../../../core/words/client-tool.ts";
import type { McpServers } from "../../../core/words/mcp-server.ts";
import type { RemoteMcpServer } from "../../../core/words/server-tools.ts";
import { PendingReplies } from "../../../lib/pending-replies.ts";
import type { HookJSONOutput, McpServerConfig, PreToolUseHookInput } from "../claude-messages.ts";
import { ServerToolPolicy, type WaitingApproval } from "./server-tool-policy.ts";

// oxlint-disable-next-line no-control-regex -- the whole of ASCII is meant
const NOT_ASCII = /[^\x00-\x7f]/;

/** A call that holds a sub-agent up until it is answered. */
export interface WaitingCall {
  readonly callId: string;
  readonly name: string;
  readonly input: unknown;
}

/**
 * The client's tools in one Claude Code process. Claude Code believes that they are served by an MCP server in this process,
 * so the model sees them as they were declared. It is told to put every call off: the turn then ends by itself, and the
 * results come with the next one. A sub-agent would end without an answer, so its calls wait at this desk instead.
 */
export class ClientToolDesk {
  readonly #names = new Set<string>();
  readonly #waiting = new PendingReplies<CallToolResult>();
  readonly #untold: Waiting[] = [];
  readonly #onCall: () => void;
  /** Decides on what Claude Code runs by itself because the request asks for it. */
  readonly policy = new ServerToolPolicy((approval) => this.#announce(approval));
  /** Each tool as the model saw it first: Claude Code never looks at a tool of the same name again. */
  readonly #firstSeen = new Map<string, string>();
  #present = NOTHING_OFFERED;
  #setCount = 0;

  /** `onCall` is called when a call has come to the desk. */
  constructor(onCall: () => void = () => {}) {
    this.#onCall = onCall;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  get hasUntoldCalls(): boolean {
    return this.#untold.length > 0;
  }

  /** The calls that wait for the client's word, as far as it knows. */
  get toldApprovalIds(): readonly string[] {
    const untold = new Set(this.#untold.flatMap((each) => ("approvalId" in each ? [each.approvalId] : [])));
    return this.policy.openApprovalIds.filter((id) => !untold.has(id));
  }

  /** The waiting calls that the client has not been told of; from now on it has. */
  takeUntoldCalls(): readonly Waiting[] {
    return this.#untold.splice(0);
  }

  /** The servers that offer these tools, or undefined when they are offered already. */
  offer(
    tools: readonly ClientTool[],
    remote: readonly RemoteMcpServer[] = [],
    configured: McpServers = {},
  ): Record<string, McpServerConfig> | undefined {
    const wanted = offerOf(tools, remote, configured);
    if (wanted === this.#present) return undefined;
    this.#present = wanted;
    this.#names.clear();
    for (const tool of tools) {
      this.#names.add(tool.name);
      if (!this.#firstSeen.has(tool.name)) this.#firstSeen.set(tool.name, declarationOf(tool));
    }
    const servers: Record<string, McpServerConfig> = toServerConfigs(configured);
    for (const { label, url, headers } of remote)
      servers[label] = { type: "http", url, headers: { ...headers } };
    if (tools.length === 0) return servers;
    // A server that keeps its name would keep its old tools.
    this.#setCount += 1;
    const name = `client_${this.#setCount}`;
    return { ...servers, [name]: { type: "sdk", name, instance: this.#createServer(name, tools) } };
  }

  /** Whether just these are offered at present. */
  isOffered(
    tools: readonly ClientTool[],
    remote: readonly RemoteMcpServer[] = [],
    configured: McpServers = {},
  ): boolean {
    return offerOf(tools, remote, configured) === this.#present;
  }

  /**
   * Whether the model would see all of these tools as they are. It sees a tool as it once was, and Claude Code rewrites
   * characters beyond ASCII that Unicode has another spelling for, in enums too.
   */
  showsAsDeclared(tools: readonly ClientTool[]): boolean {
    return !this.isOutdated(tools) && !tools.some((tool) => NOT_ASCII.test(declarationOf(tool)));
  }

  /** Whether the model would see one of these tools as it once was. */
  isOutdated(tools: readonly ClientTool[]): boolean {
    return tools.some((tool) => {
      const declared = declarationOf(tool);
      return (this.#firstSeen.get(tool.name) ?? declared) !== declared;
    });
  }

  /** Gives a waiting call its result. False when none waits under this id. */
  answer(callId: string, result: CallToolResult): boolean {
    return this.#waiting.give(callId, result);
  }

  /** Whether a call may run, before it does. */
  async decide(input: PreToolUseHookInput, signal: AbortSignal): Promise<HookJSONOutput> {
    if (!this.#names.has(input.tool_name)) return this.policy.decide(input, signal);
    const isSubagent = input.agent_id !== undefined;
    return {
      hookSpecificOutput: {
        hookEventName: "PreToolUse",
        permissionDecision: isSubagent ? "allow" : "defer",
      },
    };
  }

  #announce(waiting: Waiting): void {
    this.#untold.push(waiting);
    this.#onCall();
  }

  #createServer(name: string, tools: readonly ClientTool[]): McpServer {
    const mcp = new McpServer({ name, version: "1" }, { capabilities: { tools: {} } });
    const list = tools.map(({ name: toolName, description, inputSchema }) => ({
      name: toolName,
      ...(description === undefined ? {} : { description }),
      inputSchema: { ...inputSchema, type: "object" as const },
      // Without it, Claude Code would make parallel calls of a sub-agent one after the other.
      annotations: { readOnlyHint: true },
    }));
    mcp.server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: list }));
    mcp.server.setRequestHandler(CallToolRequestSchema, (request, { signal }) => {
      const callId = String(request.params._meta?.["claudecode/toolUseId"]);
      const result = this.#waiting.wait(callId, signal);
      this.#announce({ callId, name: request.params.name, input: request.params.arguments ?? {} });
      return result;
    });
    return mcp;
  }
}

/** What Claude Code waits for in the middle of its work. */
export type Waiting = WaitingCall | WaitingApproval;

const NOTHING_OFFERED = "\n\n[[],{}]";

/** Looked at more than once in a turn, and a client may have many tools. */
const declarations = new WeakMap<ClientTool, string>();

function declarationOf(tool: ClientTool): string {
  const declaration = declarations.get(tool) ?? JSON.stringify(tool);
  declarations.set(tool, declaration);
  return declaration;
}

function offerOf(
  tools: readonly ClientTool[],
  remote: readonly RemoteMcpServer[],
  configured: McpServers,
): string {
  return `${tools.map(declarationOf).join("\n")}\n\n${JSON.stringify([remote, configured])}`;
}

function toServerConfigs(servers: McpServers): Record<string, McpServerConfig> {
  const configs = Object.entries(servers).map(([name, server]): [string, McpServerConfig] => {
    if (server.type !== "stdio") return [name, { ...server, headers: { ...server.headers } }];
    return [name, { ...server, args: [...server.args], env: { ...server.env } }];
  });
  return Object.fromEntries(configs);
}
