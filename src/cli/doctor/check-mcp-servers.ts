import type { McpServer } from "../../core/words/mcp-server.ts";
import type { Profile } from "../../core/words/profile.ts";
import { type Check, fail, ok, type Patient } from "./check.ts";

interface UsedServer {
  readonly name: string;
  readonly server: McpServer;
  readonly profiles: readonly [Profile, ...Profile[]];
}

/** One check for each MCP server of a profile, since some are slow. */
export function checkMcpServers({ resolved }: Pick<Patient, "resolved">): readonly Check[] {
  return listUsed(Object.values(resolved.config.profiles)).map(({ name, server, profiles }) => ({
    name: `MCP ${name}`,
    run: async ({ tools }, signal) => {
      const users = profiles.map((profile) => profile.name).join(", ");
      const { workspace, environment } = profiles[0];
      const place = { workspace, environment, isFirstStart: true };
      const result = await tools.probeMcpServer(server, place, signal);
      if (result.status === "connected") return [ok(`${server.type}, ${result.toolCount} tools (${users})`)];
      const said = result.detail === undefined ? "" : ` It says: ${result.detail}`;
      const remedy = `Check mcpServers.${name}, or the profiles' own (${users}); turns run without its tools.`;
      return [fail(`${server.type}: ${result.problem}${said}`, remedy)];
    },
  }));
}

function listUsed(profiles: readonly Profile[]): readonly UsedServer[] {
  const found = new Map<string, UsedServer>();
  for (const profile of profiles) {
    for (const [name, server] of Object.entries(profile.mcpServers)) {
      const key = JSON.stringify([name, server]);
      const known = found.get(key);
      found.set(key, { name, server, profiles: known ? [...known.profiles, profile] : [profile] });
    }
  }
  return [...found.values()];
}
