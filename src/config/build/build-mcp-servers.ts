import type { McpServer, McpServers } from "../../core/words/mcp-server.ts";
import type { ReportProblem, SettingFiller } from "../sources/fill-settings.ts";
import type { McpServersSetting } from "../schema/mcp-server-schema.ts";

export interface McpServerContext {
  readonly fill: SettingFiller;
  readonly report: ReportProblem;
  /** Makes a path absolute for the setting with that key. */
  readonly pathOf: (key: string, path: string) => string;
}

/** The servers under a key of the file, with their variables filled in. */
export function buildMcpServers(
  key: string,
  given: McpServersSetting,
  context: McpServerContext,
): McpServers {
  return Object.fromEntries(
    Object.entries(given).map(([name, server]) => [name, buildServer(`${key}.${name}`, server, context)]),
  );
}

function buildServer(
  key: string,
  server: McpServersSetting[string],
  { fill, report, pathOf }: McpServerContext,
): McpServer {
  if (server.type === "stdio") {
    const { type, command, args, env } = server;
    return {
      type,
      // `npx` is looked up in PATH; a relative path must not depend on the folder that a turn works in.
      command: /^(~|\.{1,2})[/\\]/.test(command) ? pathOf(key, command) : command,
      args: fill.list(`${key}.args`, args),
      env: fill.record(`${key}.env`, env),
    };
  }
  const { type, headers } = server;
  const url = fill.text(`${key}.url`, server.url);
  const protocol = URL.parse(url)?.protocol;
  // A missing variable has already been reported.
  if (protocol !== "http:" && protocol !== "https:" && !url.includes("${")) {
    report(`${key}.url`, "expected a URL that begins with http:// or https://");
  }
  return { type, url, headers: fill.record(`${key}.headers`, headers) };
}

/** A profile's servers: configured ones selected by name, or its own. */
export function chooseMcpServers(
  key: string,
  given: readonly string[] | McpServersSetting,
  configured: McpServers,
  context: McpServerContext,
): McpServers {
  if (!isList(given)) return buildMcpServers(key, given, context);
  const known = Object.keys(configured).join(", ");
  return Object.fromEntries(
    given.flatMap((name): readonly [string, McpServer][] => {
      const server = Object.hasOwn(configured, name) ? configured[name] : undefined;
      if (server) return [[name, server]];
      const cure = known === "" ? "Add it under mcpServers" : `Name one of ${known}`;
      context.report(key, `there is no MCP server "${name}". ${cure}`);
      return [];
    }),
  );
}

/** `Array.isArray` does not narrow readonly arrays. */
function isList(given: readonly string[] | McpServersSetting): given is readonly string[] {
  return Array.isArray(given);
}
