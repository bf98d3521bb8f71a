import type { McpServer } from "../words/mcp-server.ts";

/** Where a server would run if a turn used it. */
export interface McpPlace {
  readonly workspace: string;
  /** Of the profile, over what every process gets; may be secret. */
  readonly environment: Readonly<Record<string, string>>;
  /** It was never seen here: what `npx` runs may have to be fetched first. */
  readonly isFirstStart?: boolean;
}

export type McpProbeResult =
  | { readonly status: "connected"; readonly toolCount: number }
  | {
      readonly status: "failed";
      /** For everybody: no path, no secret. */
      readonly problem: string;
      /** What the server itself said, for the person who runs this server; without the secrets in its settings. */
      readonly detail?: string;
    };

/** Connects to an MCP server as Claude Code would, counts its tools and leaves nothing behind. Rejects only when aborted. */
export type ProbeMcpServer = (
  server: McpServer,
  place: McpPlace,
  signal: AbortSignal,
) => Promise<McpProbeResult>;
