import type { PermissionMode } from "../../core/words/permission-mode.ts";
import type { TurnInput, TurnPermissions } from "../../core/ports/engine-session.ts";
import { mcpToolPrefix, NO_SERVER_TOOLS, type RemoteMcpServer } from "../../core/words/server-tools.ts";
import type { McpTools, Notice } from "../../core/words/turn-event.ts";
import type { ClaudeConnection } from "./claude-connection.ts";
import type { McpServerConfig } from "./claude-messages.ts";
import type { TurnBeginning } from "./begin-turn.ts";
import { unreachable } from "../mcp/connect-remote-server.ts";
import { listMcpTools, type OfferedTools } from "./tools/list-mcp-tools.ts";
import { DEFAULT_TURN_SETTINGS } from "./turn-settings.ts";

type TunedConnection = Pick<ClaudeConnection, "applySettings" | "setMcpServers" | "setPermissionMode">;

/** How the process was started. */
export interface StartedWith {
  readonly permissionMode: PermissionMode;
  /** Rules that deny calls in every turn. */
  readonly deniedAlways?: readonly string[];
}

/** Gives a live process the settings and tools of each turn, but only what has changed since the turn before. */
export class SessionTuner {
  readonly #connection: TunedConnection;
  #settings = DEFAULT_TURN_SETTINGS;
  #mode: PermissionMode;
  readonly #deniedAlways: readonly string[];
  #hiddenTools: readonly string[] = [];

  constructor(connection: TunedConnection, { permissionMode, deniedAlways = [] }: StartedWith) {
    this.#connection = connection;
    this.#mode = permissionMode;
    this.#deniedAlways = deniedAlways;
  }

  /**
   * Returns what there is to tell about MCP servers that are new to the process.
   * @throws AppError `invalid-request` when a server that the request names by URL cannot be reached
   */
  async tune(
    { settings, servers }: Pick<TurnBeginning, "settings" | "servers">,
    { permissions, serverTools = NO_SERVER_TOOLS }: TurnInput,
  ): Promise<readonly (McpTools | Notice)[]> {
    const { offered, notices } = servers
      ? await this.#connect(servers, serverTools.mcpServers)
      : NOTHING_CONNECTED;
    if (servers) this.#hiddenTools = offered.flatMap(namesOfHidden);
    const rules = toRules(permissions, [...this.#deniedAlways, ...this.#hiddenTools]);
    const wanted = rules ? { ...settings, permissions: rules } : settings;
    const known = JSON.stringify(wanted);
    const changes: Promise<unknown>[] = [];
    // Without `null`, what was allowed or denied before would stay so.
    if (known !== this.#settings)
      changes.push(this.#connection.applySettings(rules ? wanted : { ...wanted, permissions: null }));
    if (permissions.mode !== this.#mode) changes.push(this.#changeMode(permissions.mode));
    await Promise.all(changes);
    this.#settings = known;
    this.#mode = permissions.mode;
    const tools = offered.map(({ label, shown }): McpTools => ({
      type: "mcp-tools",
      serverLabel: label,
      tools: shown,
    }));
    return [...notices, ...tools];
  }

  /** Each turn begins with a message that names its mode, so a mode that the model does not have is reported then. */
  async #changeMode(mode: PermissionMode): Promise<void> {
    try {
      await this.#connection.setPermissionMode(mode);
    } catch (error) {
      // Not every model can judge calls. If no model can be asked, a person is asked.
      if (mode !== "auto") throw error;
      await this.#connection.setPermissionMode("default");
    }
  }

  /** Claude Code connects to the servers itself but does not tell what they offer. */
  async #connect(
    servers: Record<string, McpServerConfig>,
    remote: readonly RemoteMcpServer[],
  ): Promise<{ readonly offered: readonly OfferedTools[]; readonly notices: readonly Notice[] }> {
    const [{ errors }, ...offered] = await Promise.all([
      this.#connection.setMcpServers(servers),
      ...remote.map((server) => listMcpTools(server)),
    ]);
    const failed = remote.find(({ label }) => Object.hasOwn(errors, label));
    if (failed) throw unreachable(failed, errors[failed.label]);
    return { offered, notices: Object.keys(errors).map(failureNotice) };
  }
}

const NOTHING_CONNECTED = { offered: [], notices: [] } as const;

/** Undefined when no rules are needed. */
function toRules({ allow, deny, directories }: TurnPermissions, denied: readonly string[]) {
  const rules = {
    allow: [...allow],
    deny: [...deny, ...denied],
    additionalDirectories: [...directories],
  };
  return Object.values(rules).some((list) => list.length > 0) ? rules : undefined;
}

function namesOfHidden({ label, hidden }: OfferedTools): string[] {
  return hidden.map((name) => `${mcpToolPrefix(label)}${name}`);
}

/** The turn goes on without the server. The reason may name paths of this machine, so it is shown only in the server's health. */
function failureNotice(name: string): Notice {
  return {
    type: "notice",
    code: "mcp-server-failed",
    mcpServer: name,
    message: `The MCP server '${name}' could not be started; its tools are missing in this turn.`,
  };
}
