import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import {
  CallToolRequestSchema,
  type CallToolResult,
  ListToolsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";

import type { ClientTool, JsonObject } from "../../../core/words/client-tool.ts";
import type { McpServers } from "../../../core/words/mcp-server.ts";
import type { RemoteMcpServer } from "../../../core/words/server-tools.ts";
import { isRecord } from "../../../lib/is-record.ts";
import { PendingReplies } from "../../../lib/pending-replies.ts";
import type { HookJSONOutput, McpServerConfig, PreToolUseHookInput } from "../claude-messages.ts";
import { ServerToolPolicy, type WaitingApproval } from "./server-tool-policy.ts";

// oxlint-disable-next-line no-control-regex -- the whole of ASCII is meant
const NOT_ASCII = /[^\x00-\x7f]/;

/** A call that holds up a sub-agent until it is answered. */
export interface WaitingCall {
  readonly callId: string;
  readonly name: string;
  readonly input: unknown;
}

/**
 * The client's tools in one Claude Code process. Claude Code believes that an MCP server in this process serves them, so the
 * model sees them as they were declared. Claude Code is told to defer every call: the turn then ends by itself, and the results
 * come with the next one. A sub-agent would end without an answer, so its calls wait at this desk instead.
 */
export class ClientToolDesk {
  readonly #names = new Set<string>();
  readonly #waiting = new PendingReplies<CallToolResult>();
  readonly #untold: Waiting[] = [];
  readonly #onCall: () => void;
  /** Decides on the calls that Claude Code makes by itself because the request asks for them. */
  readonly policy = new ServerToolPolicy((approval) => this.#announce(approval));
  /** Each tool as the model first saw it: Claude Code never looks again at a tool with a name that it knows. */
  readonly #firstSeen = new Map<string, string>();
  #present = NOTHING_OFFERED;
  #setCount = 0;

  /** `onCall` is called when a call has reached the desk. */
  constructor(onCall: () => void = () => {}) {
    this.#onCall = onCall;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  get hasUntoldCalls(): boolean {
    return this.#untold.length > 0;
  }

  /** The ids of the waiting calls that the client has been asked to approve. */
  get toldApprovalIds(): readonly string[] {
    const untold = new Set(this.#untold.flatMap((each) => ("approvalId" in each ? [each.approvalId] : [])));
    return this.policy.openApprovalIds.filter((id) => !untold.has(id));
  }

  /** Returns the waiting calls that the client has not been told of; from now on they count as told. */
  takeUntoldCalls(): readonly Waiting[] {
    return this.#untold.splice(0);
  }

  /** The servers that offer these tools, or undefined when the tools are already offered. */
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

  /** Whether exactly these tools and servers are offered at present. */
  isOffered(
    tools: readonly ClientTool[],
    remote: readonly RemoteMcpServer[] = [],
    configured: McpServers = {},
  ): boolean {
    return offerOf(tools, remote, configured) === this.#present;
  }

  /**
   * Whether the model would see all of these tools as declared. It sees a tool as it first was, and Claude Code rewrites
   * non-ASCII characters that Unicode can spell in another way, even in enums.
   */
  showsAsDeclared(tools: readonly ClientTool[]): boolean {
    return !this.isOutdated(tools) && !tools.some((tool) => NOT_ASCII.test(declarationOf(tool)));
  }

  /** Whether the model would see an outdated version of one of these tools. */
  isOutdated(tools: readonly ClientTool[]): boolean {
    return tools.some((tool) => {
      const declared = declarationOf(tool);
      return (this.#firstSeen.get(tool.name) ?? declared) !== declared;
    });
  }

  /** Gives a waiting call its result. False when no call waits under this id. */
  answer(callId: string, result: CallToolResult): boolean {
    return this.#waiting.give(callId, result);
  }

  /** Decides whether a call may run, before it does. */
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
      inputSchema: { ...withObjectProperties(inputSchema), type: "object" as const },
      // Without this hint, Claude Code would make a sub-agent's parallel calls one after the other.
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

/** Cached, since a turn needs them more than once, and a client may have many tools. */
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

/** A property's schema may be `true` or `false`, which mean `{}` and `{"not": {}}`; Claude Code accepts only objects there. */
function withObjectProperties(schema: JsonObject): JsonObject {
  const { properties } = schema;
  if (!isRecord(properties) || !Object.values(properties).some((value) => typeof value === "boolean")) {
    return schema;
  }
  const entries = Object.entries(properties).map(([key, value]) => {
    if (typeof value !== "boolean") return [key, value] as const;
    return [key, value ? {} : { not: {} }] as const;
  });
  return { ...schema, properties: Object.fromEntries(entries) };
}
