import { Client } from "@modelcontextprotocol/sdk/client/index.js";

import { AppError } from "../../core/words/app-error.ts";
import type { RemoteMcpServer } from "../../core/words/server-tools.ts";
import { openHttp } from "./open-transport.ts";

const CONNECT_TIMEOUT_MS = 15_000;

/**
 * Connects to a server that a request names, runs `use`, and disconnects. Each MCP request may take `requestTimeoutMs` at most.
 * @throws AppError `invalid-request` when the server does not respond as an MCP server; what `use` throws
 */
export async function withRemoteServer<Result>(
  server: RemoteMcpServer,
  use: (client: Client) => Promise<Result>,
  requestTimeoutMs = CONNECT_TIMEOUT_MS,
): Promise<Result> {
  const client = new Client({ name: "turnpike", version: "1" });
  try {
    const { transport } = openHttp(server, AbortSignal.timeout(requestTimeoutMs));
    await client.connect(transport, { timeout: CONNECT_TIMEOUT_MS }).catch((cause: unknown) => {
      throw unreachable(server, cause);
    });
    return await use(client);
  } finally {
    await client.close().catch(() => {});
  }
}

/** Uses OpenAI's wording. */
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
