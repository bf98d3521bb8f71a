/** A configured MCP server. One that fails does not make this server unready: turns continue without its tools. */
export interface McpServerReport {
  readonly name: string;
  /** The profiles that use it. */
  readonly profiles: readonly string[];
  readonly type: "stdio" | "http" | "sse";
  readonly status: "unknown" | "connected" | "failed";
  readonly toolCount?: number;
  /** What is wrong with it; contains no path and no secret. */
  readonly problem?: string;
}

export interface EngineReport {
  readonly name: string;
  readonly isLoggedIn: boolean;
  readonly credentialSource: string;
  /** What else the engine tells of itself. */
  readonly facts?: Readonly<Record<string, string>>;
}

/** The server's state for `/health`: counts and names, nothing secret. */
export interface HealthReport {
  readonly status: "ready" | "starting" | "not-ready" | "draining";
  /** What is missing and how to fix it, when not ready. */
  readonly problem?: string;
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly engine: EngineReport;
  /** Each engine with its own state, if there are several. */
  readonly engines?: readonly (EngineReport & Pick<HealthReport, "status" | "problem">)[];
  readonly sessions: {
    readonly idle: number;
    readonly busy: number;
    readonly starting: number;
    readonly limit: number;
    /** How many were ended since the start, for whatever reason. */
    readonly closed?: number;
  };
  readonly spares: { readonly ready: number; readonly starting: number; readonly limit: number };
  readonly turns: {
    readonly running: number;
    readonly queued: number;
    readonly limit: number;
    readonly queueLimit: number;
  };
  readonly mcpServers: readonly McpServerReport[];
  /** Resident memory of all Claude Code processes together; absent where it cannot be read. */
  readonly claudeMemoryBytes?: number;
}

export type ReportHealth = () => HealthReport;
