import type { McpServer } from "../words/mcp-server.ts";

/** Where a turn would run the server. */
export interface McpPlace {
  readonly workspace: string;
  /** The profile's variables, which override those that every process gets; may be secret. */
  readonly environment: Readonly<Record<string, string>>;
  /** The server was never seen here: `npx` may first have to download it. */
  readonly isFirstStart?: boolean;
}

export type McpProbeResult =
  | { readonly status: "connected"; readonly toolCount: number }
  | {
      readonly status: "failed";
      /** Safe for everyone: no path, no secret. */
      readonly problem: string;
      /** What the server itself said, for the operator, without the secrets in its settings. */
      readonly detail?: string;
    };

/** Connects to an MCP server as Claude Code would, counts its tools and leaves nothing behind. Rejects only when aborted. */
export type ProbeMcpServer = (
  server: McpServer,
  place: McpPlace,
  signal: AbortSignal,
) => Promise<McpProbeResult>;
