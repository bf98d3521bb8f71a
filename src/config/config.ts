import type { McpServers } from "../core/words/mcp-server.ts";
import type { Profile } from "../core/words/profile.ts";
import type { RequestBounds } from "../core/words/request-settings.ts";
import type { Retention } from "../core/words/retention.ts";

export interface ServerConfig {
  readonly host: string;
  /** 0 lets the system choose a free one. */
  readonly port: number;
  /** Names, besides the address listened on and this machine's own, that a request's Host header may carry. Lower case. */
  readonly allowedHosts: readonly string[];
  /** Web origins whose pages may call the server, such as `https://chat.example.com`; `*` for any. */
  readonly corsOrigins: readonly string[];
  readonly maxBodyBytes: number;
  /** Of one uploaded file. */
  readonly maxUploadBytes: number;
  /** How long a stream may be silent before a comment keeps it alive. */
  readonly keepAliveMs: number;
  readonly headersTimeoutMs: number;
  readonly bodyTimeoutMs: number;
  /** How long a connection without a request stays open. */
  readonly idleSocketMs: number;
  /** How long running turns may go on once the server was told to stop. */
  readonly drainMs: number;
}

export interface AuthConfig {
  /** The keys that were given; empty means the one in the data folder. */
  readonly apiKeys: readonly string[];
  /** True only on a loopback address. */
  readonly noAuth: boolean;
  /** Whether API keys may answer the approvals of their own turns. */
  readonly clientsMayApprove: boolean;
  /** The keys that were given; empty means the one in the data folder. */
  readonly approverKeys: readonly string[];
}

export interface ApprovalsConfig {
  /** What nobody has answered by then is denied. */
  readonly timeoutMs: number;
}

export interface SessionsConfig {
  readonly maxSessions: number;
  /** Spares kept ready for each spare key. */
  readonly maxSpares: number;
  readonly maxSpawnsAtOnce: number;
  readonly sessionIdleMs: number;
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
  /** How often Claude Code tries a failed model request again. */
  readonly upstreamRetries: number;
  readonly tokenCount: "auto" | "estimate";
}

export type LogLevel = "none" | "error" | "info" | "debug" | "trace";

export interface LogConfig {
  readonly level: LogLevel;
  readonly file?: string;
  /** Whether prompts and answers may appear in the log. */
  readonly prompts: boolean;
}

export interface ClaudeConfig {
  /** Names of further environment variables that Claude Code gets. */
  readonly passEnvironment: readonly string[];
  /** A Claude Code binary other than the one that comes with the Agent SDK. */
  readonly executable?: string;
  /** Whether the permission mode `bypassPermissions` may be used at all. */
  readonly allowBypass: boolean;
}

/** What a configured model id means. */
export interface ConfiguredModel {
  /** A key of `Config.profiles`. */
  readonly profile: string;
  /** The name given to Claude Code; absent only for a wildcard, where it is the requested id itself. */
  readonly model?: string;
}

/** Everything the server was told, checked and complete: plain data, all paths absolute. */
export interface Config {
  readonly server: ServerConfig;
  readonly auth: AuthConfig;
  readonly dataDir: string;
  /** Absolute path of the file that settings were read from, if any. */
  readonly configFile?: string;
  /** Postgres; absent means SQLite in the data folder. */
  readonly databaseUrl?: string;
  /** The folder turns work in unless a profile names another. Exists; symbolic links are resolved. */
  readonly workspace: string;
  /** Absolute real paths. What lies in them may run by itself, as in those that the data folder lists as trusted. */
  readonly trustedFolders: readonly string[];
  /** What the model id `claude-code` gives to Claude Code; `default` is the account's default. */
  readonly model: string;
  readonly profiles: Readonly<Record<string, Profile>>;
  /** By model id. An id that ends in `*` stands for all that begin like it; the longest match wins, an exact id always. */
  readonly models: Readonly<Record<string, ConfiguredModel>>;
  /** That profiles and requests may name. */
  readonly mcpServers: McpServers;
  /** What requests may change. */
  readonly requests: RequestBounds;
  readonly approvals: ApprovalsConfig;
  readonly sessions: SessionsConfig;
  readonly turns: TurnsConfig;
  readonly retention: Retention;
  readonly log: LogConfig;
  readonly claude: ClaudeConfig;
  /** Answers come from a scripted model on this machine, without an account. */
  readonly demo: boolean;
}
