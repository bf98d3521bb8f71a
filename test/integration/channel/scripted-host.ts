import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { Notification } from "@modelcontextprotocol/sdk/types.js";

import { delay } from "../../../src/lib/time.ts";
import { type ChannelPlace, LAUNCHER } from "./start-channel.ts";

export interface HostOptions {
  /** Whether it listens to the channel. A Claude Code whose gate is closed drops what comes, without a word. */
  readonly isGateOpen?: boolean;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** An event as the model is shown it. */
export interface ShownEvent {
  readonly text: string;
  readonly requestId: string;
  /** It came while a turn was running: the model is told not to act on it. */
  readonly isSituational: boolean;
}

/**
 * Behaves as Claude Code does to a server with a channel, by what is known of it: it reads an event as a turn when it is idle, and
 * as something to know while it is at work; it escapes the end of its tag, and leaves out keys that are no names.
 */
export class ScriptedHost {
  readonly client = new Client({ name: "claude-code", version: "2.1.329" });
  readonly shown: ShownEvent[] = [];
  /** Decisions on permissions that the server has sent. */
  readonly decisions: unknown[] = [];
  /** What the server wrote to stderr. */
  stderr = "";
  /** Whether a turn is running. */
  isBusy = false;
  /** What Claude does in a turn; by default it answers. */
  turn: (event: ShownEvent) => Promise<void> = async ({ requestId, text }) => {
    await this.reply(requestId, `You said: ${text}`);
  };
  readonly closed: Promise<void>;
  readonly #transport: StdioClientTransport;
  readonly #isGateOpen: boolean;

  constructor(place: ChannelPlace, { isGateOpen = true, args = [], environment }: HostOptions = {}) {
    this.#isGateOpen = isGateOpen;
    this.#transport = new StdioClientTransport({
      command: process.execPath,
      args: [LAUNCHER, "channel", "--port", String(place.port), ...args],
      cwd: place.project,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: place.folder,
        ANTHROPIC_API_KEY: "sk-ant-test-00000000000000000001",
        ...place.environment,
        ...environment,
      },
      stderr: "pipe",
    });
    this.#transport.stderr?.on("data", (piece: Buffer) => {
      this.stderr += piece.toString("utf8");
    });
    this.closed = new Promise((resolve) => {
      // oxlint-disable-next-line unicorn/prefer-add-event-listener -- it is no event target
      this.client.onclose = resolve;
    });
    this.client.fallbackNotificationHandler = async (notification) => this.#hear(notification);
  }

  get processId(): number {
    return this.#transport.pid ?? 0;
  }

  /** The handshake only. */
  async connect(): Promise<this> {
    await this.client.connect(this.#transport);
    return this;
  }

  async start(): Promise<this> {
    await this.connect();
    await this.client.listTools();
    return this;
  }

  reply(requestId: string, text: string, done = true): Promise<{ text: string; isError: boolean }> {
    return this.call("reply", { request_id: requestId, text, done });
  }

  async call(name: string, given: Record<string, unknown> = {}): Promise<{ text: string; isError: boolean }> {
    const { content, isError } = await this.client.callTool({ name, arguments: given });
    // Proof for the cast: the server's tools answer with one text.
    const [block] = content as readonly { readonly text?: string }[];
    return { text: block?.text ?? "", isError: isError === true };
  }

  /** Claude Code asks its channels about a call. */
  relayPermission(id: string, toolName: string, description: string): Promise<void> {
    const params = { request_id: id, tool_name: toolName, description, input_preview: "{}" };
    // Proof for the cast: the SDK sends what it does not know as it is.
    return this.client.notification({
      method: "notifications/claude/channel/permission_request",
      params,
    } as never);
  }

  /** Closes stdin, as when Claude Code has been killed, and ends it if it does not end by itself. */
  async end(): Promise<void> {
    await this.client.close();
  }

  async #hear({ method, params = {} }: Notification): Promise<void> {
    if (method === "notifications/claude/channel/permission") this.decisions.push(params);
    if (method !== "notifications/claude/channel" || !this.#isGateOpen) return;
    // Proof for the cast: the server's own notification.
    const { content, meta = {} } = params as { content: string; meta?: Record<string, string> };
    const names = Object.keys(meta).filter((name) => /^[a-zA-Z_]\w*$/.test(name));
    const event = {
      text: content.replaceAll("</channel>", "<\\/channel>"),
      requestId: names.includes("request_id") ? (meta["request_id"] ?? "") : "",
      isSituational: this.isBusy,
    };
    this.shown.push(event);
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      await this.turn(event);
      // The turn goes on for a moment behind the reply.
      await delay(50);
    } finally {
      this.isBusy = false;
    }
  }
}
