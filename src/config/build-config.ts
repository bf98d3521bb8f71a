import { existsSync } from "node:fs";

import { buildModels } from "./build-models.ts";
import { buildProfiles } from "./build-profiles.ts";
import { ConfigError } from "./config-error.ts";
import type { Settings } from "./config-schema.ts";
import type { Config } from "./config.ts";
import { isLoopbackHost } from "./is-loopback-host.ts";
import type { Machine } from "./machine.ts";
import { formatOrigin } from "./origin.ts";
import type { Origin } from "./origin.ts";
import { findFolder, resolveGivenPath } from "./resolve-folder.ts";

export interface ConfigContext {
  readonly machine: Machine;
  readonly originOf: (key: string) => Origin;
  readonly defaultDataDir: string;
}

/**
 * Completes checked settings: paths, profiles, models and what depends on the machine.
 * @throws ConfigError with every problem found.
 */
export function buildConfig(
  settings: Settings,
  { machine, originOf, defaultDataDir }: ConfigContext,
): Config {
  const problems: string[] = [];
  const report = (key: string, problem: string) => {
    const origin = originOf(key);
    problems.push(`${origin.type === "default" ? key : formatOrigin(origin)}: ${problem}.`);
  };
  const pathOf = (key: string, path: string) => resolveGivenPath(path, originOf(key), machine);
  const folderOf = (key: string, path: string) => {
    const absolute = pathOf(key, path);
    const folder = findFolder(absolute);
    if (folder === undefined) report(key, `there is no folder ${absolute}. Create it, or name another`);
    return folder ?? absolute;
  };

  const { server, auth, sessions, turns, log, claude } = settings;
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
  const workspace = folderOf("workspace", settings.workspace ?? machine.currentDir);
  const profiles = buildProfiles(settings.profiles, workspace, (name, path) =>
    folderOf(`profiles.${name}`, path),
  );
  const models = buildModels(
    { given: settings.models, profileNames: Object.keys(profiles), defaultModel: settings.model },
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
      drainMs: server.drain,
    },
    auth,
    dataDir: settings.dataDir === undefined ? defaultDataDir : pathOf("dataDir", settings.dataDir),
    ...(settings.databaseUrl !== undefined && { databaseUrl: settings.databaseUrl }),
    workspace,
    model: settings.model,
    profiles,
    models,
    sessions: {
      maxSessions: sessions.maxSessions,
      maxSpares: sessions.maxSpares,
      maxSpawnsAtOnce: sessions.maxSpawnsAtOnce ?? machine.cores,
      sessionIdleMs: sessions.idleTimeout,
      maxMemoryBytes: sessions.maxMemory ?? Math.floor(machine.memoryBytes / 2),
    },
    turns: {
      maxTurnsAtOnce: Math.min(turns.maxTurnsAtOnce ?? sessions.maxSessions, sessions.maxSessions),
      queueLimit: turns.queue,
      turnTimeoutMs: turns.turnTimeout,
      firstByteTimeoutMs: turns.firstByteTimeout,
      streamIdleTimeoutMs: turns.streamIdleTimeout,
      upstreamRetries: turns.upstreamRetries,
    },
    retention: settings.retention,
    log: {
      level: log.level,
      ...(log.file !== undefined && { file: pathOf("log.file", log.file) }),
      prompts: log.prompts,
    },
    claude: {
      passEnvironment: claude.passEnvironment,
      ...(executable !== undefined && { executable }),
      requestMcpServers: claude.requestMcpServers ?? isLoopbackHost(server.host),
    },
    demo: settings.demo,
  };
}
