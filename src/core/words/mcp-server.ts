/**
 * An MCP server that Claude Code gets from the configuration or from a request that may add one. Header values and environment
 * may be secret.
 */
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

/** Keyed by the name that the model sees in `mcp__<name>__<tool>`. */
export type McpServers = Readonly<Record<string, McpServer>>;
