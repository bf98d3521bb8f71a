import type { McpServerConfig, Query } from "@anthropic-ai/claude-agent-sdk";

import { mcpToolPrefix, type RemoteMcpServer } from "../../core/server-tools.ts";
import type { McpTools } from "../../core/turn-event.ts";
import type { TurnBeginning } from "./begin-turn.ts";
import { listMcpTools, type OfferedTools, unreachable } from "./tools/list-mcp-tools.ts";
import { DEFAULT_TURN_SETTINGS } from "./turn-settings.ts";

/** Gives a live process the settings and tools of each turn, and only what has changed since the one before. */
export class SessionTuner {
  readonly #query: Pick<Query, "applyFlagSettings" | "setMcpServers">;
  #settings = DEFAULT_TURN_SETTINGS;
  #deniedTools: string[] = [];

  /** `begunWith`: the settings that the process was started with. */
  constructor(
    query: Pick<Query, "applyFlagSettings" | "setMcpServers">,
    begunWith?: TurnBeginning["settings"],
  ) {
    this.#query = query;
    if (begunWith) this.#settings = JSON.stringify(begunWith);
  }

  /**
   * Returns what MCP servers offer that are new to the process.
   * @throws AppError `invalid-request` when one of them cannot be reached
   */
  async tune(
    { settings, servers }: Pick<TurnBeginning, "settings" | "servers">,
    remote: readonly RemoteMcpServer[],
  ): Promise<readonly McpTools[]> {
    const offered = servers ? await this.#connect(servers, remote) : [];
    if (servers) this.#deniedTools = offered.flatMap(namesOfHidden);
    const isDenying = this.#deniedTools.length > 0;
    const wanted = isDenying ? { ...settings, permissions: { deny: this.#deniedTools } } : settings;
    const known = JSON.stringify(wanted);
    if (known !== this.#settings) {
      // What was denied before would stay so.
      await this.#query.applyFlagSettings(isDenying ? wanted : { ...wanted, permissions: null });
    }
    this.#settings = known;
    return offered.map(({ label, shown }) => ({ type: "mcp-tools", serverLabel: label, tools: shown }));
  }

  /** Claude Code connects to the servers itself, and does not tell what they offer. */
  async #connect(
    servers: Record<string, McpServerConfig>,
    remote: readonly RemoteMcpServer[],
  ): Promise<readonly OfferedTools[]> {
    const [{ errors }, ...offered] = await Promise.all([
      this.#query.setMcpServers(servers),
      ...remote.map((server) => listMcpTools(server)),
    ]);
    const failed = remote.find(({ label }) => Object.hasOwn(errors, label));
    if (failed) throw unreachable(failed, errors[failed.label]);
    return offered;
  }
}

function namesOfHidden({ label, hidden }: OfferedTools): string[] {
  return hidden.map((name) => `${mcpToolPrefix(label)}${name}`);
}
