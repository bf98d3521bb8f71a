import type { Query, SDKUserMessage } from "@anthropic-ai/claude-agent-sdk";

import type { PermissionMode } from "../../core/words/permission-mode.ts";
import { isRecord } from "../../lib/is-record.ts";
import type { PushQueue } from "../../lib/push-queue.ts";
import type { ClaimWatch } from "../claude/claim-watch.ts";
import type { ClaudeCommand, ClaudeConnection } from "../claude/claude-connection.ts";
import type { ClaudeMessage, FlagSettings, McpServerConfig, SaidMessage } from "../claude/claude-messages.ts";

/** Claude Code behind the Agent SDK's `Query`. */
export class SdkConnection implements ClaudeConnection {
  readonly #query: Query;
  readonly #input: PushQueue<SDKUserMessage>;
  readonly #claim: ClaimWatch | undefined;

  /** `claim` belongs to a process that was started ahead. */
  constructor(query: Query, input: PushQueue<SDKUserMessage>, claim?: ClaimWatch) {
    this.#query = query;
    this.#input = input;
    this.#claim = claim;
  }

  get refusal(): Error | undefined {
    return this.#claim?.refusal;
  }

  next(): Promise<IteratorResult<ClaudeMessage, void>> {
    const next = this.#query.next();
    const claim = this.#claim;
    if (!claim) return next;
    return next.then((received) => {
      if (!received.done) claim.see(received.value);
      return received;
    });
  }

  say(message: SaidMessage): void {
    this.#input.push(message);
  }

  endInput(): void {
    this.#input.end();
  }

  interrupt(): Promise<unknown> {
    return this.#query.interrupt();
  }

  setPermissionMode(mode: PermissionMode): Promise<unknown> {
    return this.#query.setPermissionMode(mode);
  }

  applySettings(settings: FlagSettings): Promise<void> {
    return this.#query.applyFlagSettings(settings);
  }

  setMcpServers(
    servers: Record<string, McpServerConfig>,
  ): Promise<{ readonly errors: Record<string, string> }> {
    return this.#query.setMcpServers(servers);
  }

  listCommands(): Promise<readonly ClaudeCommand[]> {
    return this.#query.supportedCommands();
  }

  async readModel(): Promise<string | undefined> {
    const settings = await this.#request({ subtype: "get_settings" });
    const applied = isRecord(settings["applied"]) ? settings["applied"]["model"] : undefined;
    return typeof applied === "string" ? applied : undefined;
  }

  /** The only source of the cost in the middle of a turn. When it fails, a turn with a limit on its cost is ended. */
  async readCostUsd(): Promise<number> {
    const { session } = await this.#query.usage_EXPERIMENTAL_MAY_CHANGE_DO_NOT_RELY_ON_THIS_API_YET({
      skipBehaviors: true,
    });
    return session.total_cost_usd;
  }

  async rewind(messageId: string): Promise<boolean> {
    const { rewound } = await this.#request({
      subtype: "rewind_conversation",
      target_message_uuid: messageId,
      last_seen_user_message_uuid: messageId,
    });
    return rewound === true;
  }

  close(): void {
    this.#query.close();
  }

  /** The Agent SDK's types do not have these requests. When there is no answer, the result is empty. */
  async #request(request: UntypedRequest): Promise<Readonly<Record<string, unknown>>> {
    try {
      const answer: unknown = await (this.#query as unknown as Requester).request(request);
      return isRecord(answer) && isRecord(answer["response"]) ? answer["response"] : {};
    } catch {
      return {};
    }
  }
}

type UntypedRequest =
  | { readonly subtype: "get_settings" }
  | {
      readonly subtype: "rewind_conversation";
      readonly target_message_uuid: string;
      readonly last_seen_user_message_uuid: string;
    };

/** Proof for the cast: the contract tests of the account and of refused messages. */
interface Requester {
  request(request: UntypedRequest): Promise<unknown>;
}
