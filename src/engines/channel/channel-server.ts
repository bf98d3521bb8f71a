import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  CallToolRequestSchema,
  type CallToolResult,
  ListToolsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";

import type { Logger } from "../../core/ports/logger.ts";
import { isRecord } from "../../lib/is-record.ts";
import { delay } from "../../lib/time.ts";
import type { ChannelDesk } from "./channel-desk.ts";
import { CONTRACT, readReply, REPLY_TOOL, SERVER_NAME, STATUS_TOOL } from "./contract.ts";
import type { Notify } from "./notification-transport.ts";
import { relayedQuestion } from "./permission-question.ts";

export interface ChannelServerParts {
  readonly desk: ChannelDesk;
  readonly version: string;
  readonly logger: Logger;
}

/** In this time a hook of the same call has come, if there is one. */
const HOOK_GRACE_MS = 500;

const RELAYED = "notifications/claude/channel/permission_request";

/**
 * The MCP server that Claude Code has started. It speaks the revision of the SDK 1.x: to a server that offers the next one, Claude
 * Code does not open a channel.
 */
export class ChannelServer {
  readonly #parts: ChannelServerParts;
  readonly #server: Server;
  #hasListed = false;
  #report = "Turnpike is starting.";

  constructor(parts: ChannelServerParts) {
    this.#parts = parts;
    const capabilities = {
      tools: {},
      experimental: { "claude/channel": {}, "claude/channel/permission": {} },
    };
    const { version } = parts;
    this.#server = new Server({ name: SERVER_NAME, version }, { capabilities, instructions: CONTRACT });
    this.#server.setRequestHandler(ListToolsRequestSchema, () => {
      this.#hasListed = true;
      return { tools: [REPLY_TOOL, STATUS_TOOL].map((tool) => structuredClone(tool) as never) };
    });
    this.#server.setRequestHandler(CallToolRequestSchema, ({ params }) =>
      this.#call(params.name, params.arguments ?? {}),
    );
    this.#server.fallbackNotificationHandler = async ({ method, params }) => {
      if (method === RELAYED && isRecord(params)) void this.#relay(params);
    };
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- it is no event target
    this.#server.onerror = (error) => parts.logger.debug("channel.mcp-error", { error });
  }

  /** Whether Claude Code knows the tool that answers. */
  get isReady(): boolean {
    return this.#hasListed;
  }

  readonly notify: Notify = (method, params) => this.#server.notification({ method, params: { ...params } });

  /** What the tool `status` says from now on. */
  report(text: string): void {
    this.#report = text;
  }

  /** @param transport - default: stdin and stdout of this process */
  connect(transport: Transport = new StdioServerTransport()): Promise<void> {
    return this.#server.connect(transport);
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  #call(name: string, input: Readonly<Record<string, unknown>>): CallToolResult {
    if (name === STATUS_TOOL.name) return say(this.#report);
    if (name !== REPLY_TOOL.name) return complain(`There is no tool '${name}'.`);
    const reply = readReply(input);
    if (!reply) return complain("reply needs request_id and text, both as text.");
    switch (this.#parts.desk.reply(reply)) {
      case "taken":
        return say(reply.isDone ? "Sent. The answer is complete." : "Sent. Go on with the next piece.");
      case "left":
        return complain("The program does not wait for this answer any more. Stop working on it.");
      case "unknown":
        return complain(
          `No request with the id '${reply.requestId.slice(0, 64)}' waits for an answer. Use the request_id of an event, once, until done.`,
        );
    }
  }

  /**
   * Claude Code asks its channels about every call, those of the person's own turns among them, and does not tell whose it is.
   * What is not known to be the event's is left to the person at the session.
   */
  async #relay(params: Readonly<Record<string, unknown>>): Promise<void> {
    const { desk } = this.#parts;
    const text = (name: string) => (typeof params[name] === "string" ? params[name] : "");
    const prompt = desk.relayedPrompt;
    if (prompt === undefined || text("request_id") === "") return;
    // The hook that asks about the same call, and tells more of it, may come a moment later.
    await delay(HOOK_GRACE_MS);
    if (desk.relayedPrompt !== prompt) return;
    const question = relayedQuestion(text("tool_name"), text("description"), text("input_preview"));
    const answer = await desk.ask(question, new AbortController().signal);
    if (!answer || answer.outcome === "cancelled") return;
    const behavior = ["allowed", "always-allowed"].includes(answer.outcome) ? "allow" : "deny";
    const decision = { request_id: text("request_id"), behavior };
    await this.notify("notifications/claude/channel/permission", decision).catch((error: unknown) =>
      this.#parts.logger.error("channel.permission-not-sent", { error }),
    );
  }
}

function say(text: string): CallToolResult {
  return { content: [{ type: "text", text }] };
}

function complain(text: string): CallToolResult {
  return { ...say(text), isError: true };
}
