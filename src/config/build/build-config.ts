import { existsSync } from "node:fs";
import { buildMcpServers } from "./build-mcp-servers.ts";
import { buildModels } from "./build-models.ts";
import { buildProfiles } from "./build-profiles.ts";
import { ConfigError } from "../config-error.ts";
import type { Settings } from "../schema/config-schema.ts";
import type { Config } from "../config.ts";
import { type ReportProblem, settingFiller } from "../sources/fill-settings.ts";
import { isLoopbackHost } from "./is-loopback-host.ts";
import type { Machine } from "../sources/machine.ts";
import { findOrigin, formatOrigin, type Origin } from "../sources/origin.ts";
import type { Environment } from "../sources/process-environment.ts";
import { findFolder, resolveGivenPath } from "./resolve-folder.ts";
import type { RequestBounds } from "../../core/words/request-settings.ts";
import type { Profile } from "../../core/words/profile.ts";

export interface ConfigContext {
  readonly machine: Machine;
  /** The server's own environment. */
  readonly environment: Environment;
  readonly originOf: (key: string) => Origin;
  readonly defaultDataDir: string;
  /** The names of the available engines. */
  readonly engines: readonly string[];
}

/**
 * Completes validated settings with paths, profiles, models and everything that depends on the machine.
 * @throws ConfigError with every problem found.
 */
export function buildConfig(
  settings: Settings,
  { machine, environment, originOf, defaultDataDir, engines }: ConfigContext,
): Config {
  const problems: string[] = [];
  const report = (key: string, problem: string) => {
    const origin = findOrigin(key, originOf);
    problems.push(`${origin.type === "default" ? key : formatOrigin(origin)}: ${problem}.`);
  };
  const pathOf = (key: string, path: string) => resolveGivenPath(path, findOrigin(key, originOf), machine);
  const folderOf = (key: string, path: string) => {
    const absolute = pathOf(key, path);
    const folder = findFolder(absolute);
    if (folder === undefined) report(key, `there is no folder ${absolute}. Create it, or name another`);
    return folder ?? absolute;
  };

  const { server, auth, sessions, turns, requestLog, log, claude } = settings;
  if (auth.noAuth && !isLoopbackHost(server.host)) {
    const host = `${server.host} (${formatOrigin(originOf("server.host"))})`;
    report(
      "auth.noAuth",
      `allowed only on this machine itself, but the host is ${host}. Use keys, or listen on 127.0.0.1`,
    );
  }
  const executable =
    claude.executable === undefined ? undefined : pathOf("claude.executable", claude.executable);
  if (executable !== undefined && !existsSync(executable)) {
    report("claude.executable", `there is no file ${executable}. Name a Claude Code binary, or leave it out`);
  }
  if (!engines.includes(settings.engine)) {
    report("engine", `there is no engine "${settings.engine}". Name one of ${engines.join(", ")}`);
  }
  const workspace = folderOf("workspace", settings.workspace ?? machine.currentDir);
  const trustedFolders = settings.trustedFolders.map((path) => folderOf("trustedFolders", path));
  const serverContext = { fill: settingFiller(environment, report), report, pathOf };
  const mcpServers = buildMcpServers("mcpServers", settings.mcpServers, serverContext);
  const profiles = buildProfiles(settings.profiles, {
    ...serverContext,
    workspace,
    folderOf,
    mcpServers,
    environment,
    isDemo: settings.demo,
    engine: settings.engine,
    engines,
  });
  const requests = buildRequestBounds(settings.requests, {
    folderOf,
    isLoopback: isLoopbackHost(server.host),
  });
  checkBypass({ allowBypass: claude.allowBypass, profiles, requests, machine, environment }, report);
  const models = buildModels(
    { given: settings.models, profiles: settings.profiles, defaultModel: settings.model },
    (modelId, problem) => report(`models.${modelId}`, problem),
  );
  if (problems.length > 0) throw new ConfigError(problems);

  return {
    server: {
      host: server.host,
      port: server.port,
      allowedHosts: server.allowedHosts,
      corsOrigins: server.corsOrigins,
      maxBodyBytes: server.maxBody,
      maxUploadBytes: server.maxUpload,
      keepAliveMs: server.keepAlive,
      headersTimeoutMs: server.headersTimeout,
      bodyTimeoutMs: server.bodyTimeout,
      idleSocketMs: server.idleSocket,
      stalledClientMs: server.stalledClient,
      openMetrics: server.openMetrics,
      drainMs: server.drain,
    },
    auth,
    dataDir: settings.dataDir === undefined ? defaultDataDir : pathOf("dataDir", settings.dataDir),
    ...(settings.databaseUrl !== undefined && { databaseUrl: settings.databaseUrl }),
    workspace,
    trustedFolders: [...new Set(trustedFolders)],
    model: settings.model,
    engine: settings.engine,
    profiles,
    models,
    mcpServers,
    requests,
    approvals: { timeoutMs: settings.approvals.timeout },
    sessions: {
      maxSessions: sessions.maxSessions,
      maxSpares: sessions.maxSpares,
      maxSpawnsAtOnce: sessions.maxSpawnsAtOnce ?? machine.cores,
      sessionIdleMs: sessions.idleTimeout,
      hasWorkers: sessions.workers,
      maxMemoryBytes: sessions.maxMemory ?? Math.floor(machine.memoryBytes / 2),
    },
    turns: {
      maxTurnsAtOnce: Math.min(turns.maxTurnsAtOnce ?? sessions.maxSessions, sessions.maxSessions),
      queueLimit: turns.queue,
      turnTimeoutMs: turns.turnTimeout,
      leaseMs: turns.lease,
      firstByteTimeoutMs: turns.firstByteTimeout,
      streamIdleTimeoutMs: turns.streamIdleTimeout,
      upstreamRetries: turns.upstreamRetries,
      tokenCount: turns.tokenCount,
    },
    retention: settings.retention,
    requestLog: {
      isOn: requestLog.mode === "on",
      keepsContent: requestLog.content,
      maxAgeMs: requestLog.maxAge,
      maxEntries: requestLog.maxRequests,
    },
    log: {
      level: log.level,
      ...(log.file !== undefined && { file: pathOf("log.file", log.file) }),
      prompts: log.prompts,
    },
    claude: {
      passEnvironment: claude.passEnvironment,
      ...(executable !== undefined && { executable }),
      allowBypass: claude.allowBypass,
    },
    demo: settings.demo,
  };
}

interface BoundsContext {
  readonly folderOf: (key: string, path: string) => string;
  /** Whether the server can be reached from this machine only. */
  readonly isLoopback: boolean;
}

/** The complete bounds of what requests may change. */
function buildRequestBounds(
  { folders, permissionModes, builtinTools, allowedTools, mcpServers, commands }: Settings["requests"],
  { folderOf, isLoopback }: BoundsContext,
): RequestBounds {
  return {
    folders: [...new Set(folders.map((path) => folderOf("requests.folders", path)))],
    permissionModes,
    builtinTools,
    allowedTools,
    mcpServers: mcpServers ?? (isLoopback ? "remote" : "configured"),
    commands: commands ?? ["*"],
  };
}

interface BypassFacts {
  readonly allowBypass: boolean;
  readonly profiles: Readonly<Record<string, Profile>>;
  readonly requests: RequestBounds;
  readonly machine: Machine;
  readonly environment: Environment;
}

const MODE = "bypassPermissions";

/** Checks `bypassPermissions`: it needs an explicit setting at the start, and is refused to root outside a container. */
function checkBypass(facts: BypassFacts, report: ReportProblem): void {
  const { allowBypass, profiles, requests, machine, environment } = facts;
  if (!allowBypass) {
    const cure = `${MODE} needs --allow-bypass-permissions at the start. Give it, or choose another mode`;
    for (const { name, permissionMode } of Object.values(profiles)) {
      if (permissionMode === MODE) report(`profiles.${name}.permissionMode`, cure);
    }
    if (requests.permissionModes.includes(MODE)) report("requests.permissionModes", cure);
    return;
  }
  // Claude Code accepts exactly this value.
  if (machine.userId === 0 && environment["IS_SANDBOX"] !== "1") {
    report(
      "claude.allowBypass",
      "refused for root, who could do anything unasked. Run as another user, or set IS_SANDBOX=1 in a container that holds nothing of value",
    );
  }
}
