import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

import { AppError } from "../../../core/app-error.ts";
import type { JsonObject } from "../../../core/client-tool.ts";
import type { RemoteMcpServer } from "../../../core/server-tools.ts";

export interface OfferedTools {
  readonly label: string;
  readonly shown: readonly {
    readonly name: string;
    readonly description?: string;
    readonly inputSchema: JsonObject;
  }[];
  /** Names of those that the request does not allow. */
  readonly hidden: readonly string[];
}

const CONNECT_TIMEOUT_MS = 15_000;

/**
 * What an MCP server offers. Claude Code connects to it by itself, but does not tell.
 * @throws AppError `invalid-request` when the server does not answer as one
 */
export async function listMcpTools(server: RemoteMcpServer): Promise<OfferedTools> {
  const client = new Client({ name: "turnpike", version: "1" });
  try {
    const transport = new StreamableHTTPClientTransport(new URL(server.url), {
      requestInit: { headers: { ...server.headers }, signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) },
    });
    // Proof for the cast: the SDK's own transport; its type only lacks `| undefined` of exact optional properties.
    await client.connect(transport as Parameters<Client["connect"]>[0]);
    const { tools } = await client.listTools();
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
  } catch (cause) {
    throw unreachable(server, cause);
  } finally {
    await client.close().catch(() => {});
  }
}

/** In OpenAI's words. */
export function unreachable({ label }: RemoteMcpServer, cause?: unknown): AppError {
  return new AppError(
    {
      kind: "invalid-request",
      message: `Error retrieving tool list from MCP server: '${label}'.`,
      param: "tools",
    },
    { cause },
  );
}
