import type { McpServers } from "../core/words/mcp-server.ts";
import type { LogLevel } from "../core/ports/logger.ts";
import type { Profile } from "../core/words/profile.ts";
import type { RequestBounds } from "../core/words/request-settings.ts";
import type { Retention } from "../core/words/retention.ts";

export interface ServerConfig {
  readonly host: string;
  /** 0 lets the operating system choose a free port. */
  readonly port: number;
  /**
   * Names that a request's Host header may carry, in addition to the listening address and this machine's own names. Lower
   * case.
   */
  readonly allowedHosts: readonly string[];
  /** Web origins whose pages may call the server, such as `https://chat.example.com`; `*` for any. */
  readonly corsOrigins: readonly string[];
  readonly maxBodyBytes: number;
  /** Limit for one uploaded file. */
  readonly maxUploadBytes: number;
  /** How long a stream may be silent before a comment is sent to keep it alive. */
  readonly keepAliveMs: number;
  readonly headersTimeoutMs: number;
  readonly bodyTimeoutMs: number;
  /** How long a connection without a request stays open. */
  readonly idleSocketMs: number;
  readonly stalledClientMs: number;
  /** Whether `/metrics` needs no key. */
  readonly openMetrics: boolean;
  /** How long running turns may continue after the server was told to stop. */
  readonly drainMs: number;
}

export interface AuthConfig {
  /** The configured keys; empty means the one in the data folder. */
  readonly apiKeys: readonly string[];
  /** True only on a loopback address. */
  readonly noAuth: boolean;
  /** Whether API keys may answer the approvals of their own turns. */
  readonly clientsMayApprove: boolean;
  /** The configured keys; empty means the one in the data folder. */
  readonly approverKeys: readonly string[];
}

export interface ApprovalsConfig {
  /** An approval still unanswered after this time is denied. */
  readonly timeoutMs: number;
}

export interface SessionsConfig {
  readonly maxSessions: number;
  /** Spares kept ready for each spare key. */
  readonly maxSpares: number;
  readonly maxSpawnsAtOnce: number;
  readonly sessionIdleMs: number;
  /** Turns without Claude Code's own tools run on workers. */
  readonly hasWorkers: boolean;
  /** Resident memory that all Claude Code processes may take together. */
  readonly maxMemoryBytes: number;
}

export interface TurnsConfig {
  /** Never more than `maxSessions`: each running turn has a session to itself. */
  readonly maxTurnsAtOnce: number;
  readonly queueLimit: number;
  readonly turnTimeoutMs: number;
  readonly firstByteTimeoutMs: number;
  readonly streamIdleTimeoutMs: number;
  /** How long this server is left alone by others on its database when it says nothing. */
  readonly leaseMs: number;
  /** How often Claude Code retries a failed model request. */
  readonly upstreamRetries: number;
  readonly tokenCount: "auto" | "estimate";
}

export interface RequestLogConfig {
  readonly isOn: boolean;
  /** Whether prompts and answers are kept with requests. */
  readonly keepsContent: boolean;
  readonly maxAgeMs: number;
  readonly maxEntries: number;
}

export interface LogConfig {
  readonly level: LogLevel;
  readonly file?: string;
  /** Whether prompts and answers may appear in the log. */
  readonly prompts: boolean;
}

export interface ClaudeConfig {
  /** Names of additional environment variables that Claude Code gets. */
  readonly passEnvironment: readonly string[];
  /** A Claude Code binary other than the engine's own. */
  readonly executable?: string;
  /** Whether the permission mode `bypassPermissions` may be used at all. */
  readonly allowBypass: boolean;
}

/** The profile and model that a configured model id stands for. */
export interface ConfiguredModel {
  /** A key of `Config.profiles`. */
  readonly profile: string;
  /** The name given to Claude Code; absent only for a wildcard, where it is the requested id itself. */
  readonly model?: string;
}

/** The complete, validated configuration: plain data, all paths absolute. */
export interface Config {
  readonly server: ServerConfig;
  readonly auth: AuthConfig;
  readonly dataDir: string;
  /** Absolute path of the file that settings were read from, if any. */
  readonly configFile?: string;
  /** Postgres; absent means SQLite in the data folder. */
  readonly databaseUrl?: string;
  /** The folder that turns work in unless a profile names another. It exists, and symbolic links are resolved. */
  readonly workspace: string;
  /**
   * Absolute real paths. Like the folders that the data folder lists as trusted: programs that their own settings configure may
   * run.
   */
  readonly trustedFolders: readonly string[];
  /** The model that the id `claude-code` passes to Claude Code; `default` is the account's default. */
  readonly model: string;
  /** The engine of profiles that name none. */
  readonly engine: string;
  readonly profiles: Readonly<Record<string, Profile>>;
  /**
   * Keyed by model id. An id that ends in `*` matches every id with that prefix; the longest match wins, an exact id always.
   */
  readonly models: Readonly<Record<string, ConfiguredModel>>;
  /** The servers that profiles and requests may name. */
  readonly mcpServers: McpServers;
  /** What requests may change. */
  readonly requests: RequestBounds;
  readonly approvals: ApprovalsConfig;
  readonly sessions: SessionsConfig;
  readonly turns: TurnsConfig;
  readonly retention: Retention;
  readonly requestLog: RequestLogConfig;
  readonly log: LogConfig;
  readonly claude: ClaudeConfig;
  /** Answers come from a scripted model on this machine, without an account. */
  readonly demo: boolean;
}
