import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import OpenAI from "openai";
import { onTestFinished } from "vitest";

import type { RunningServer } from "../../src/cli/running-server.ts";
import { ENGINE_BUILDERS, type EngineBuilder } from "../../src/compose/engine-builders.ts";
import { describeMachine } from "../../src/config/sources/machine.ts";
import { resolveConfig } from "../../src/config/resolve-config.ts";
import type { HealthReport } from "../../src/core/ports/health.ts";
import { type Logger, SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import type { ScriptedModel } from "../../src/demo/scripted-model.ts";
import { delay } from "../../src/lib/time.ts";
import { startServer } from "../../src/main.ts";
import { TEST_ENGINE_FLAGS } from "../engine/test-engine.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { createFamiliarEngine } from "./create-familiar-engine.ts";

export const API_KEY = "tp-test-key-number-one";
export const OTHER_API_KEY = "tp-test-key-number-two";

export interface TurnpikeOptions {
  /** Settings by their key in the configuration file, such as `sessions.maxSessions`, spelled as on a command line. */
  readonly flags?: Readonly<Record<string, unknown>>;
  /** What the configuration file says. */
  readonly configFile?: Readonly<Record<string, unknown>>;
  /** Engines beside those that Turnpike has, by the name that a profile gives. */
  readonly engines?: Readonly<Record<string, EngineBuilder>>;
  /** Default: a scripted model of the test's own. */
  readonly upstream?: ScriptedModel;
  /** A data folder that outlives the server, for restarts. */
  readonly dataDir?: string;
  /** Whether the workspace's own settings count. Default: as for a folder that nobody has spoken for. */
  readonly isTrusted?: boolean;
  /** Variables of the server besides those that point Claude Code to the scripted model. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Processes that stand ready, of each kind. Default none: what a test does not need takes time. */
  readonly spares?: number;
  /** Whether to wait until Claude Code is ready and the spares stand. Default true. */
  readonly waitUntilReady?: boolean;
  /** Default: says nothing. */
  readonly logger?: Logger;
  /** Takes what is to be done when the server is no longer needed, in order. Default: when the test ends. */
  readonly onEnd?: (end: () => Promise<void>) => void;
}

/** A whole server in this process, with the real Claude Code behind it and a scripted model behind that. */
export interface Turnpike extends RunningServer {
  readonly upstream: ScriptedModel;
  readonly dataDir: string;
  readonly workspace: string;
  /** Holds all of it, and stands in the environment of every process. */
  readonly folder: string;
  readonly openai: OpenAI;
  /** The official client with another key. */
  openaiFor(apiKey: string): OpenAI;
  /** A plain request, with the first key unless `headers` say otherwise. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  post(body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Resolves when the health report satisfies the condition. */
  until(condition: (health: HealthReport) => boolean): Promise<HealthReport>;
}

/** Starts a server for one test; it is stopped when the test ends. */
export async function startTurnpike(options: TurnpikeOptions = {}): Promise<Turnpike> {
  const onEnd = options.onEnd ?? onTestFinished;
  const upstream = options.upstream ?? (await startUpstream());
  const folder = await makeFolder(onEnd);
  const dataDir = options.dataDir ?? join(folder, "data");
  const workspace = join(folder, "workspace");
  await mkdir(workspace);
  const environment = {
    PATH: process.env["PATH"],
    // Claude Code takes zsh where there is one and nothing says otherwise.
    SHELL: "/bin/bash",
    HOME: folder,
    ANTHROPIC_BASE_URL: upstream.url,
    ANTHROPIC_API_KEY: "sk-ant-test",
    CLAUDE_CONFIG_DIR: join(folder, "claude"),
    ...options.environment,
  };
  const configFile = join(folder, "turnpike.yaml");
  // JSON is YAML too.
  await writeFile(configFile, JSON.stringify(options.configFile ?? {}));
  const engines = { ...ENGINE_BUILDERS, sdk: createFamiliarEngine, ...options.engines };
  const input = {
    configFile,
    flags: {
      "server.port": "0",
      dataDir,
      workspace,
      "sessions.maxSpares": String(options.spares ?? 0),
      ...(options.isTrusted && { trustedFolders: [workspace] }),
      "auth.apiKeys": [API_KEY, OTHER_API_KEY],
      ...TEST_ENGINE_FLAGS,
      ...options.flags,
    },
    environment,
    machine: describeMachine(),
    engines: Object.keys(engines),
  };
  const resolved = resolveConfig(input);
  const logger = options.logger ?? SILENT_LOGGER;
  const server = await startServer(resolved.config, logger, environment, {}, engines, resolved);
  onEnd(() => server.stop());

  const until = async (condition: (health: HealthReport) => boolean) => {
    for (;;) {
      const health = server.health();
      if (condition(health)) return health;
      await delay(10);
    }
  };
  if (options.waitUntilReady ?? true) {
    await until(({ status, spares }) => status === "ready" && spares.ready === spares.limit);
  }
  const request = (path: string, init: RequestInit = {}) =>
    fetch(`${server.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${API_KEY}`, ...init.headers },
    });
  return {
    ...server,
    upstream,
    dataDir,
    workspace,
    folder,
    openai: openaiFor(server.url, API_KEY),
    openaiFor: (apiKey) => openaiFor(server.url, apiKey),
    fetch: request,
    post: (body, headers = {}) =>
      request("/v1/chat/completions", {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      }),
    until,
  };
}

/** A folder that is removed when the test ends. */
export async function makeFolder(
  onEnd: (end: () => Promise<void>) => void = onTestFinished,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "turnpike-test-"));
  onEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

function openaiFor(url: string, apiKey: string): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
}
