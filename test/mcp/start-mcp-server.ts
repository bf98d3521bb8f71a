import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { onTestFinished } from "vitest";

export interface TestMcpServer {
  readonly url: string;
  /** The calls that it got, in order. */
  readonly calls: { readonly name: string; readonly input: unknown }[];
  /** The `X-Secret` headers of the requests. */
  readonly secrets: Set<string | undefined>;
  /** The names of its tools, which a test may change. */
  readonly toolNames: string[];
}

function describeTool(name: string) {
  const inputSchema = { type: "object" as const, properties: { sides: { type: "integer" } } };
  return { name, description: `The tool ${name}.`, inputSchema };
}

/** A real MCP server over streamable HTTP with two tools; it ends with the test. */
export async function startMcpServer(): Promise<TestMcpServer> {
  const calls: TestMcpServer["calls"] = [];
  const secrets: TestMcpServer["secrets"] = new Set();
  const toolNames = ["roll", "forbidden"];
  const http = createServer((request, response) => {
    const secret = request.headers["x-secret"];
    secrets.add(typeof secret === "string" ? secret : undefined);
    const mcp = new McpServer({ name: "dice", version: "1" }, { capabilities: { tools: {} } });
    mcp.server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: toolNames.map(describeTool) }));
    mcp.server.setRequestHandler(CallToolRequestSchema, ({ params }) => {
      calls.push({ name: params.name, input: params.arguments });
      return { content: [{ type: "text", text: `${params.name} gave 4` }] };
    });
    // Without a session id: each request stands for itself.
    const transport = new StreamableHTTPServerTransport({});
    // Proof for the cast: the SDK's own transport; its type only lacks `| undefined` of exact optional properties.
    void mcp
      .connect(transport as Parameters<McpServer["connect"]>[0])
      .then(() => transport.handleRequest(request, response));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  // Proof for the cast: it listens on a TCP port.
  const { port } = http.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/mcp`, calls, secrets, toolNames };
}
