import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { RemoteMcpServer } from "../../../core/words/server-tools.ts";
import { unreachable, withRemoteServer } from "../../mcp/connect-remote-server.ts";

export interface OfferedTools {
  readonly label: string;
  readonly shown: readonly {
    readonly name: string;
    readonly description?: string;
    readonly inputSchema: JsonObject;
  }[];
  /** The names of the tools that the request does not allow. */
  readonly hidden: readonly string[];
}

/**
 * What an MCP server offers. Claude Code connects to the server by itself but does not tell.
 * @throws AppError `invalid-request` when the server does not answer as an MCP server
 */
export async function listMcpTools(server: RemoteMcpServer): Promise<OfferedTools> {
  const { tools } = await withRemoteServer(server, (client) => {
    return client.listTools().catch((cause: unknown) => {
      throw unreachable(server, cause);
    });
  });
  const isAllowed = (name: string) => server.allowedTools?.includes(name) ?? true;
  return {
    label: server.label,
    shown: tools
      .filter(({ name }) => isAllowed(name))
      .map(({ name, description, inputSchema }) => ({
        name,
        ...(description === undefined ? {} : { description }),
        inputSchema,
      })),
    hidden: tools.map(({ name }) => name).filter((name) => !isAllowed(name)),
  };
}
