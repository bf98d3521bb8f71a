import { AppError } from "../words/app-error.ts";
import type { McpServers } from "../words/mcp-server.ts";
import type { Profile } from "../words/profile.ts";
import { quote, refuseSetting } from "./refuse-setting.ts";
import type { RequestPolicy, RequestedIn } from "./request-policy.ts";
import type { RequestSettings } from "../words/request-settings.ts";

const SETTING = "requests.mcpServers";
/** Claude Code knows the client's own tools under servers with these names. */
const RESERVED = /^client_\d+$/;

/**
 * A profile's MCP servers together with those that a request adds.
 * @throws AppError
 */
export function addMcpServers(
  profile: Profile,
  asked: RequestSettings["mcpServers"],
  parts: Pick<RequestPolicy, "bounds" | "configuredServers"> & { readonly sources: RequestedIn },
): McpServers {
  if (!asked) return profile.mcpServers;
  const { configuredServers, bounds } = parts;
  const param = parts.sources.mcpServers;
  const servers = new Map(Object.entries(profile.mcpServers));
  for (const name of asked.configured) {
    if (servers.has(name)) continue;
    if (bounds.mcpServers === "none")
      throw refuseSetting("Requests may add no MCP servers here", SETTING, param);
    const server = Object.hasOwn(configuredServers, name) ? configuredServers[name] : undefined;
    if (!server)
      throw invalid(`There is no MCP server ${quote(name)} in this server's configuration.`, param);
    servers.set(name, server);
  }
  for (const [name, server] of Object.entries(asked.own)) {
    requireAllowed(server.type, bounds.mcpServers, param);
    // The configuration's rules may trust the tools of a server with that name.
    if (servers.has(name) || Object.hasOwn(configuredServers, name) || RESERVED.test(name)) {
      throw invalid(
        `The MCP server ${quote(name)} is the configuration's own; give yours another name.`,
        param,
      );
    }
    servers.set(name, server);
  }
  return Object.fromEntries(servers);
}

function requireAllowed(
  type: "stdio" | "http" | "sse",
  bound: RequestPolicy["bounds"]["mcpServers"],
  param: string | undefined,
): void {
  if (bound === "any" || (bound === "remote" && type !== "stdio")) return;
  const message =
    bound === "remote"
      ? "Requests may bring MCP servers by URL here, but none that are commands"
      : "Requests may bring no MCP servers of their own here";
  throw refuseSetting(message, SETTING, param);
}

function invalid(message: string, param: string | undefined): AppError {
  const where = param === undefined ? "" : `Invalid '${param}'. `;
  return new AppError({
    kind: "invalid-request",
    message: where + message,
    ...(param !== undefined && { param }),
  });
}
