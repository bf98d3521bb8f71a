import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

import type { McpServer } from "../../core/words/mcp-server.ts";

/** Only the end of the server's stderr is kept. */
const ERROR_OUTPUT_CHARACTERS = 2_000;

export interface OpenTransport {
  readonly transport: Parameters<Client["connect"]>[0];
  readonly errorOutput: () => string;
  /** Tells a server with sessions that this one is over. */
  readonly leave: () => Promise<void>;
}

const NOTHING = { errorOutput: () => "", leave: async () => {} };

/** @param environment for a server that is started as a process */
export function openTransport(
  server: McpServer,
  workspace: string,
  environment: Readonly<Record<string, string>>,
): OpenTransport {
  switch (server.type) {
    case "stdio": {
      const { command, args } = server;
      const given = {
        command,
        args: [...args],
        env: { ...environment },
        cwd: workspace,
        stderr: "pipe" as const,
      };
      const transport = new StdioClientTransport(given);
      let output = "";
      transport.stderr?.on("data", (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-ERROR_OUTPUT_CHARACTERS);
      });
      return { ...NOTHING, transport, errorOutput: () => output };
    }
    case "http":
      return openHttp(server);
    case "sse":
      return {
        ...NOTHING,
        transport: new SSEClientTransport(new URL(server.url), withHeaders(server.headers)),
      };
  }
}

/** @param signal for every request to the server */
export function openHttp(
  { url, headers }: { readonly url: string; readonly headers: Readonly<Record<string, string>> },
  signal?: AbortSignal,
): OpenTransport {
  const { requestInit } = withHeaders(headers);
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { ...requestInit, ...(signal && { signal }) },
  });
  // Proof for the cast: the SDK's own transport; its type only lacks `| undefined` of exact optional properties.
  const known = transport as OpenTransport["transport"];
  return { ...NOTHING, transport: known, leave: () => transport.terminateSession() };
}

function withHeaders(headers: Readonly<Record<string, string>>) {
  return { requestInit: { headers: { ...headers } } };
}
