// A real MCP server over stdio: `echo` answers, `crash` ends the process in the middle of the call.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const mcp = new McpServer({ name: "stdio-test", version: "1" }, { capabilities: { tools: {} } });
const inputSchema = { type: "object", properties: { text: { type: "string" } } };
const tools = ["echo", "crash"].map((name) => ({ name, description: `The tool ${name}.`, inputSchema }));
mcp.server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
mcp.server.setRequestHandler(CallToolRequestSchema, ({ params }) => {
  if (params.name === "crash") process.exit(1);
  const text = `${params.arguments?.text} with ${process.env.GREETING}`;
  return { content: [{ type: "text", text }] };
});
await mcp.connect(new StdioServerTransport());
