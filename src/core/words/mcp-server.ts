/** An MCP server that the configuration, or a request that may, gives to Claude Code. Header values and environment may be secret. */
export type McpServer =
  | {
      readonly type: "stdio";
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
    }
  | {
      readonly type: "http" | "sse";
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
    };

/** By the name that the model sees in `mcp__<name>__<tool>`. */
export type McpServers = Readonly<Record<string, McpServer>>;
