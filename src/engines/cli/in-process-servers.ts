import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";

import { abortable } from "../../lib/abortable.ts";
import type { McpServerConfig } from "../claude/claude-messages.ts";

type InProcessConfig = Extract<McpServerConfig, { instance: unknown }>;

/** The MCP servers that run here and that Claude Code reaches through the control channel. */
export class InProcessServers {
  readonly #links = new Map<string, ServerLink>();
  readonly #send: (message: object) => void;

  /** `send` writes a control request that gets no answer. */
  constructor(send: (message: object) => void) {
    this.#send = send;
  }

  /** Replaces all servers and returns the whole list as Claude Code is to be told of it. */
  async set(servers: Readonly<Record<string, McpServerConfig>>): Promise<Record<string, object>> {
    const own = Object.entries(servers).flatMap(([name, server]) =>
      isInProcess(server) ? [[name, server] as const] : [],
    );
    const kept = new Set(own.map(([name]) => name));
    const gone = [...this.#links].filter(([name]) => !kept.has(name));
    for (const [name] of gone) this.#links.delete(name);
    await Promise.all(gone.map(([, link]) => link.close()));
    for (const [name, { instance }] of own) {
      if (this.#links.has(name)) continue;
      const link = new ServerLink((message) =>
        this.#send({ subtype: "mcp_message", server_name: name, message }),
      );
      this.#links.set(name, link);
      await instance.connect(link);
    }
    return { ...servers, ...Object.fromEntries(own.map(([name]) => [name, { type: "sdk", name }])) };
  }

  /**
   * Hands a message of Claude Code's to a server, and its answer back.
   * @throws Error when there is no such server
   */
  async deliver(name: string, message: JSONRPCMessage, signal: AbortSignal): Promise<object> {
    const link = this.#links.get(name);
    if (!link) throw new Error("There is no such MCP server.");
    // What gets no answer in MCP gets an empty one in the control protocol.
    return { mcp_response: (await link.deliver(message, signal)) ?? { jsonrpc: "2.0", result: {}, id: 0 } };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#links.values()].map((link) => link.close()));
    this.#links.clear();
  }
}

/** One server's end of the control channel, as the MCP SDK wants it. */
class ServerLink implements Transport {
  onmessage?: (message: JSONRPCMessage) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  readonly #waiting = new Map<string | number, (answer: JSONRPCMessage) => void>();
  readonly #tell: (message: JSONRPCMessage) => void;

  /** `tell` takes what the server says unasked. */
  constructor(tell: (message: JSONRPCMessage) => void) {
    this.#tell = tell;
  }

  async start(): Promise<void> {}

  async send(message: JSONRPCMessage): Promise<void> {
    const id = "id" in message && !("method" in message) ? message.id : undefined;
    const settle = id === undefined ? undefined : this.#waiting.get(id);
    if (settle) settle(message);
    else if (id === undefined) this.#tell(message);
  }

  async close(): Promise<void> {
    this.#waiting.clear();
    this.onclose?.();
  }

  /** Undefined for a message that wants no answer. A server does not answer what Claude Code has withdrawn. */
  async deliver(message: JSONRPCMessage, signal: AbortSignal): Promise<JSONRPCMessage | undefined> {
    if (!("id" in message && "method" in message)) {
      this.onmessage?.(message);
      return undefined;
    }
    const { promise, resolve } = Promise.withResolvers<JSONRPCMessage>();
    this.#waiting.set(message.id, resolve);
    try {
      this.onmessage?.(message);
      return await abortable(promise, signal);
    } finally {
      this.#waiting.delete(message.id);
    }
  }
}

function isInProcess(server: McpServerConfig): server is InProcessConfig {
  return server.type === "sdk" && "instance" in server;
}
