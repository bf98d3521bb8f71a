import { randomUUID } from "node:crypto";

import type { PermissionMode } from "../../core/words/permission-mode.ts";
import { isRecord } from "../../lib/is-record.ts";
import { ClaimWatch } from "../claude/claim-watch.ts";
import type { ClaudeCommand, ClaudeConnection } from "../claude/claude-connection.ts";
import type { Opening } from "../claude/claude-launcher.ts";
import type {
  ClaudeCallbacks,
  ClaudeMessage,
  FlagSettings,
  McpServerConfig,
  SaidMessage,
  StartOptions,
  StartReport,
} from "../claude/claude-messages.ts";
import { systemPromptText } from "../claude/process-settings.ts";
import { modelOption } from "../claude/start-options.ts";
import type { ClaudeProcess } from "../process/claude-process.ts";
import { answerQuestions } from "./answer-questions.ts";
import { ControlChannel } from "./control-channel.ts";
import { HookCallbacks } from "./hook-callbacks.ts";
import { InProcessServers } from "./in-process-servers.ts";
import { initializeRequest } from "./start-arguments.ts";

/** Claude Code behind the pipes of its own process. */
export class CliConnection implements ClaudeConnection {
  readonly #channel: ControlChannel;
  readonly #servers: InProcessServers;
  readonly #hooks: HookCallbacks;
  #commands: readonly ClaudeCommand[] = [];
  #claim: ClaimWatch | undefined;
  /** Settles when the process has become what it was claimed for. */
  #claimed: Promise<unknown> = Promise.resolve();

  constructor(process: ClaudeProcess, { hooks, canUseTool }: ClaudeCallbacks) {
    this.#hooks = new HookCallbacks(hooks);
    this.#servers = new InProcessServers((request) =>
      this.#channel.write({ type: "control_request", request_id: randomUUID(), request }),
    );
    this.#channel = new ControlChannel(
      process,
      answerQuestions({ hooks: this.#hooks, servers: this.#servers, canUseTool }),
    );
  }

  get refusal(): Error | undefined {
    return this.#claim?.refusal;
  }

  /** Must be called first. When it resolves, the process has read its history. */
  async initialize(options: StartOptions): Promise<StartReport> {
    const request = initializeRequest(options, this.#hooks.registration);
    // Proof for the cast: the protocol, which the contract tests hold against the program.
    const report = (await this.#channel.request(request)) as StartReport;
    this.#commands = report.commands;
    return report;
  }

  /** What hooks the process knows; undefined when it does not tell. */
  async listHooks(): Promise<Readonly<Record<string, unknown>> | undefined> {
    return this.#channel.request({ subtype: "get_hooks_listing" }).catch(() => undefined);
  }

  /** Gives a process that was started ahead its conversation. What is said next waits for that in the process. */
  claim({ spec, permissionMode }: Opening): void {
    const text = systemPromptText(spec);
    const { model } = modelOption(spec.model);
    this.#claimed = this.#channel
      .request({
        subtype: "claim_session",
        cwd: spec.workspace,
        permission_mode: permissionMode,
        ...(text !== "" && { append_system_prompt: text }),
        include_initialize: true,
      })
      .then(({ initialize }) => {
        if (isRecord(initialize)) this.#learnCommands(initialize["commands"]);
      });
    this.#claim = new ClaimWatch(this.#claimed);
    // Without its conversation the process must not read what was meant for it.
    this.#claimed.catch(() => this.#channel.endInput());
    // A model that the API refuses is reported by the turn.
    if (model !== undefined) this.#channel.request({ subtype: "set_model", model }).catch(() => {});
  }

  async next(): Promise<IteratorResult<ClaudeMessage, void>> {
    const received = await this.#channel.next();
    if (received.done) return received;
    const message = received.value;
    this.#claim?.see(message);
    if (message.type === "system" && message.subtype === "commands_changed")
      this.#learnCommands(message.commands);
    return received;
  }

  say(message: SaidMessage): void {
    this.#channel.write(message);
  }

  endInput(): void {
    this.#channel.endInput();
  }

  interrupt(): Promise<unknown> {
    return this.#channel.request({ subtype: "interrupt" });
  }

  setPermissionMode(mode: PermissionMode): Promise<unknown> {
    return this.#channel.request({ subtype: "set_permission_mode", mode });
  }

  async applySettings(settings: FlagSettings): Promise<void> {
    await this.#channel.request({ subtype: "apply_flag_settings", settings });
  }

  async setMcpServers(
    servers: Record<string, McpServerConfig>,
  ): Promise<{ readonly errors: Record<string, string> }> {
    const { errors } = await this.#channel.request({
      subtype: "mcp_set_servers",
      servers: await this.#servers.set(servers),
    });
    const told = isRecord(errors) ? Object.entries(errors) : [];
    return { errors: Object.fromEntries(told.map(([name, error]) => [name, String(error)])) };
  }

  async listCommands(): Promise<readonly ClaudeCommand[]> {
    await this.#claimed;
    return this.#commands;
  }

  async readModel(): Promise<string | undefined> {
    const { applied } = await this.#ask({ subtype: "get_settings" });
    const model = isRecord(applied) ? applied["model"] : undefined;
    return typeof model === "string" ? model : undefined;
  }

  /** When it fails, a turn with a limit on its cost is ended. */
  async readCostUsd(): Promise<number> {
    const { session } = await this.#channel.request({ subtype: "get_usage", skip_behaviors: true });
    const cost = isRecord(session) ? session["total_cost_usd"] : undefined;
    if (typeof cost !== "number") throw new Error("Claude Code does not tell the cost.");
    return cost;
  }

  async rewind(messageId: string): Promise<boolean> {
    const { rewound } = await this.#ask({
      subtype: "rewind_conversation",
      target_message_uuid: messageId,
      last_seen_user_message_uuid: messageId,
    });
    return rewound === true;
  }

  close(): void {
    this.#channel.close();
    // It only hangs up on servers in this process.
    this.#servers.close().catch(() => {});
  }

  #learnCommands(commands: unknown): void {
    // Proof for the cast: the protocol, like the report of the start.
    if (Array.isArray(commands)) this.#commands = commands as readonly ClaudeCommand[];
  }

  /** When there is no answer, the result is empty. */
  #ask(
    request: { readonly subtype: string } & Record<string, unknown>,
  ): Promise<Readonly<Record<string, unknown>>> {
    return this.#channel.request(request).catch(() => ({}));
  }
}
