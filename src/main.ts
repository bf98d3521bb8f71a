import { join } from "node:path";

import type { ApiKeyNotice, ApproverKeyNotice, RunningServer, StartServer } from "./cli/running-server.ts";
import { buildClaudeEnvironment } from "./config/claude-environment.ts";
import { claudePaths } from "./config/claude-paths.ts";
import type { Config } from "./config/config.ts";
import { type KeyName, openKeyFile } from "./config/key-file.ts";
import { PACKAGE_VERSION } from "./config/package-version.ts";
import type { Environment } from "./config/process-environment.ts";
import { openSealKeyFile } from "./config/seal-key-file.ts";
import { settleSandbox } from "./config/settle-sandbox.ts";
import { AccountWatch } from "./core/account-watch.ts";
import { AppError } from "./core/app-error.ts";
import { applyAtRest } from "./core/apply-at-rest.ts";
import { ApprovalDesk } from "./core/approvals/approval-desk.ts";
import { ConfiguredModels } from "./core/configured-models.ts";
import { createConversationDirectory } from "./core/conversations.ts";
import { createTurnUndo } from "./core/file-changes/undo-turn.ts";
import { McpServerWatch } from "./core/mcp-server-watch.ts";
import type { FileStore } from "./core/ports/file-store.ts";
import type { HealthReport } from "./core/ports/health.ts";
import type { Logger } from "./core/ports/logger.ts";
import { type ProcessKind, processKind } from "./core/process-kind.ts";
import { createTurnRunner } from "./core/run-turn.ts";
import { RunningTurns } from "./core/running-turns.ts";
import { TurnQueue } from "./core/turn-queue.ts";
import { startDemoModel } from "./demo/start-demo-model.ts";
import { probeMcpServer } from "./engines/mcp/probe-mcp-server.ts";
import { OrphanSweeper } from "./engines/process/orphan-sweeper.ts";
import { detectSandbox } from "./engines/process/sandbox-support.ts";
import { SdkEngine } from "./engines/sdk/sdk-engine.ts";
import { createApp } from "./http/create-app.ts";
import type { Authentication } from "./http/http-options.ts";
import { listen } from "./http/listen.ts";
import { failUnfinished } from "./http/responses/fail-unfinished.ts";
import { ResponseRuns } from "./http/responses/response-runs.ts";
import { CleanUp } from "./lib/clean-up.ts";
import { createSealedBox } from "./lib/sealed-box.ts";
import { delay, repeat } from "./lib/time.ts";
import { metaSchemaCheck } from "./protocols/json-schema/meta-schema.ts";
import { FolderSnapshots } from "./workspaces/changes/folder-snapshots.ts";
import { restoreChanges } from "./workspaces/changes/restore-changes.ts";
import { LocalWorkspaceFolders } from "./workspaces/local-workspace-folders.ts";
import { requireSameFolder } from "./workspaces/require-same-folder.ts";
import { LiveSessionPool } from "./sessions/live-session-pool.ts";
import { openStore } from "./store/open-store.ts";

const PURGE_INTERVAL_MS = 60 * 60 * 1000;
/** For turns that were cancelled at the end of the drain to tell their clients. */
const CANCEL_GRACE_MS = 1_000;

/** Builds the whole server by hand, and is the only place that knows every part of it. */
export const startServer: StartServer = async (given, logger, environment) => {
  const clock = Date.now;
  const startedAt = clock();
  const sandbox = await settleSandbox(given.profiles, () => detectSandbox(environment["PATH"]));
  const { withoutSandbox, support } = sandbox;
  if (withoutSandbox.length > 0) {
    logger.error("sandbox.unavailable", { profiles: withoutSandbox, problem: support?.detail });
  }
  const config: Config = { ...given, profiles: sandbox.profiles };
  // What has been started, in order; ended in the opposite order.
  const cleanUp = new CleanUp();
  try {
    const { authentication, apiKeyNotice, approverKeyNotice } = await openAuthentication(config, logger);
    const store = await openStore({
      location: config.databaseUrl
        ? { type: "postgres", url: config.databaseUrl }
        : { type: "sqlite", file: join(config.dataDir, "turnpike.db") },
      retention: config.retention,
      logger,
    });
    cleanUp.defer(() => store.close());
    const abandoned = await store.failAbandonedTurns(startedAt);
    if (abandoned > 0) logger.info("turns.abandoned", { count: abandoned });
    startPurge(config, store, clock, logger, cleanUp);
    startFileSweep(store.files, logger, cleanUp);

    await failUnfinished(store.responses, logger);

    const engineEnvironment = await claudeEnvironment(config, environment, cleanUp);
    const engine = new SdkEngine({
      environment: engineEnvironment,
      upstreamRetries: config.turns.upstreamRetries,
      ...(config.claude.executable === undefined ? {} : { executable: config.claude.executable }),
      transcriptFolder: join(config.dataDir, "transcripts"),
      clock,
      logger,
    });
    cleanUp.defer(() => engine.close());
    const pool = new LiveSessionPool({
      engine,
      limits: { ...config.sessions, sparesPerKind: config.sessions.maxSpares },
      clock,
      logger,
    });
    cleanUp.defer(() => pool.close());
    const snapshots = new FolderSnapshots({
      scratchFolder: join(config.dataDir, "snapshots"),
      environment,
      excludedPaths: [config.dataDir, ...usedClaudePaths(config, engineEnvironment)],
      logger,
    });
    cleanUp.defer(() => snapshots.close());
    const account = new AccountWatch({
      engine,
      clock,
      logger,
      // Spares of an account that cannot answer would only take memory.
      onReady: () => {
        pool.warm(usedKinds(config));
        snapshots.warm();
      },
    });
    cleanUp.defer(() => account.close());

    const sweeper = new OrphanSweeper(logger);
    const mcpServers = new McpServerWatch({
      profiles: config.profiles,
      probe: (...asked) => probeMcpServer({ environment: engineEnvironment, sweeper }, ...asked),
      logger,
    });
    cleanUp.defer(() => mcpServers.close());

    const approvals = new ApprovalDesk({ timeoutMs: config.approvals.timeoutMs, clock });
    cleanUp.defer(() => approvals.close());
    const folders = new LocalWorkspaceFolders({
      allowedFolders: config.requests.folders,
      isolationRoot: join(config.dataDir, "workspaces"),
      environment,
      logger,
    });
    const queue = new TurnQueue(config.turns);
    const running = new RunningTurns();
    const models = buildModels(config, account, startedAt);
    const runTurn = createTurnRunner({
      engine,
      pool,
      store,
      queue,
      running,
      allowsMcpServers: ["remote", "any"].includes(config.requests.mcpServers),
      folders,
      approvals,
      snapshots,
      fileChanges: store.fileChanges,
      requireLogin: (signal) => account.requireLogin(signal),
      deadlines: {
        firstByteMs: config.turns.firstByteTimeoutMs,
        streamIdleMs: config.turns.streamIdleTimeoutMs,
        turnMs: config.turns.turnTimeoutMs,
      },
      clock,
      logger,
    });
    const responseRuns = new ResponseRuns();
    // Before what their turns run on is closed.
    cleanUp.defer(() => responseRuns.close());
    let isDraining = false;
    const health = (): HealthReport => {
      const { memoryBytes, spares, ...sessions } = pool.stats();
      return {
        ...describeStatus(account, isDraining),
        version: PACKAGE_VERSION,
        uptimeSeconds: Math.floor((clock() - startedAt) / 1000),
        engine: { name: engine.name, ...describeLogin(account) },
        sessions,
        spares,
        turns: queue.stats,
        mcpServers: mcpServers.report,
        ...(memoryBytes === undefined ? {} : { claudeMemoryBytes: memoryBytes }),
      };
    };
    const app = createApp({
      runTurn: mcpServers.listen(runTurn),
      models,
      approvals,
      requestPolicy: {
        bounds: config.requests,
        folders,
        configuredServers: config.mcpServers,
        allowsBypass: config.claude.allowBypass,
      },
      fileChanges: store.fileChanges,
      undoTurn: createTurnUndo({
        store: store.fileChanges,
        running,
        requireSameFolder,
        restore: restoreChanges,
        clock,
      }),
      conversations: createConversationDirectory({
        store,
        pool,
        running,
        conversationFolders: folders.conversations,
      }),
      conversationFolders: applyAtRest(folders.conversations, running),
      completions: store.completions,
      responses: store.responses,
      responseRuns,
      sealedBox: createSealedBox(await openSealKeyFile(config.dataDir)),
      files: store.files,
      items: store.items,
      health,
      logger,
      options: { ...config.server, authentication },
    });
    const http = await listen(app, {
      host: config.server.host,
      port: config.server.port,
      headersTimeoutMs: config.server.headersTimeoutMs,
      bodyTimeoutMs: config.server.bodyTimeoutMs,
      idleSocketMs: config.server.idleSocketMs,
    });
    cleanUp.defer(() => http.close(AbortSignal.timeout(0)));
    logger.info("server.listening", { url: http.url, version: PACKAGE_VERSION });
    void account.check();
    mcpServers.start();
    // Compiling it takes tens of milliseconds, in which nothing else runs: now rather than in the first request with tools.
    metaSchemaCheck(undefined);

    let stopping: Promise<void> | undefined;
    const stop = async () => {
      isDraining = true;
      logger.info("server.draining", queue.stats);
      queue.close();
      await Promise.race([queue.whenIdle(), delay(config.server.drainMs)]);
      running.cancelAll(
        new AppError({
          kind: "shutting-down",
          message: "The server stopped before this answer was complete.",
        }),
      );
      await Promise.race([queue.whenIdle(), delay(CANCEL_GRACE_MS)]);
      await cleanUp.run();
      logger.info("server.stopped");
    };
    return {
      url: http.url,
      sandbox,
      apiKeyNotice,
      approverKeyNotice,
      approvals,
      health,
      describeModels: () => models.list(),
      stop: () => (stopping ??= stop()),
    } satisfies RunningServer;
  } catch (error) {
    await cleanUp.run();
    throw error;
  }
};

async function openAuthentication(
  config: Config,
  logger: Logger,
): Promise<{
  authentication: Authentication;
  apiKeyNotice: ApiKeyNotice;
  approverKeyNotice: ApproverKeyNotice;
}> {
  const { apiKeys, noAuth, clientsMayApprove } = config.auth;
  const approver = await openKeys(config, config.auth.approverKeys, "approver-key", logger);
  const rights = { approverKeys: approver.keys, clientsMayApprove };
  const approverKeyNotice: ApproverKeyNotice = approver.made
    ? { type: "file", file: approver.made.file }
    : { type: "configured", count: approver.keys.length };
  if (noAuth) {
    const authentication = { type: "none", ...rights } as const;
    return { authentication, apiKeyNotice: { type: "disabled" }, approverKeyNotice };
  }
  const { keys, made } = await openKeys(config, apiKeys, "api-key", logger);
  return {
    authentication: { type: "keys", keys, ...rights },
    apiKeyNotice: made ?? { type: "configured", count: keys.length },
    approverKeyNotice,
  };
}

/** The given keys, or the one in the data folder. */
async function openKeys(
  { dataDir }: Config,
  given: readonly string[],
  name: KeyName,
  logger: Logger,
): Promise<{
  readonly keys: readonly string[];
  readonly made?: Extract<ApiKeyNotice, { type: "created" | "file" }>;
}> {
  if (given.length > 0) return { keys: given };
  const { key, file, isNew, wasTooOpen } = await openKeyFile(dataDir, name);
  if (wasTooOpen) logger.error("auth.key-file-was-open", { file, remedy: "delete it for a new key" });
  return { keys: [key], made: isNew ? { type: "created", key, file } : { type: "file", file } };
}

/** In demo mode Claude Code talks to the scripted model, with settings of its own and without the person's credentials. */
async function claudeEnvironment(
  config: Config,
  serverEnvironment: Environment,
  cleanUp: CleanUp,
): Promise<Record<string, string>> {
  const environment = buildClaudeEnvironment(serverEnvironment, config.claude.passEnvironment);
  if (!config.demo) return environment;
  const model = await startDemoModel();
  cleanUp.defer(() => model.close());
  const own = Object.entries(environment).filter(([name]) => !/^(ANTHROPIC_|CLAUDE_)/.test(name));
  return {
    ...Object.fromEntries(own),
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: "sk-ant-demo",
    CLAUDE_CONFIG_DIR: join(config.dataDir, "demo-claude"),
  };
}

/** Profiles may have settings of Claude Code's of their own. */
function usedClaudePaths(config: Config, environment: Environment): readonly string[] {
  const own = Object.values(config.profiles).map((profile) => profile.environment);
  return [{}, ...own].flatMap((each) => claudePaths({ ...environment, ...each }));
}

function buildModels(config: Config, account: AccountWatch, startedAt: number): ConfiguredModels {
  const models = Object.entries(config.models).flatMap(([id, { profile: name, model }]) => {
    const profile = config.profiles[name];
    return profile ? [[id, { profile, ...(model === undefined ? {} : { model }) }] as const] : [];
  });
  return new ConfiguredModels({
    models: Object.fromEntries(models),
    accountProfile: config.profiles["chat"],
    accountModels: () => {
      const { state } = account;
      return state.type === "ready" || state.type === "not-logged-in" ? state.account.models : [];
    },
    requestBounds: config.requests,
    createdAt: Math.floor(startedAt / 1000),
  });
}

function usedKinds(config: Config): readonly ProcessKind[] {
  const names = new Set(Object.values(config.models).map((model) => model.profile));
  const profiles = [...names].flatMap((name) => config.profiles[name] ?? []);
  return profiles.flatMap((profile) => [
    processKind(profile),
    processKind(profile, { hasClientTools: true }),
  ]);
}

function describeStatus(
  account: AccountWatch,
  isDraining: boolean,
): Pick<HealthReport, "status" | "problem"> {
  const { state } = account;
  if (isDraining) return { status: "draining" };
  switch (state.type) {
    case "unknown":
      return { status: "starting" };
    case "ready":
      return { status: "ready" };
    default:
      return { status: "not-ready", problem: state.problem };
  }
}

function describeLogin(account: AccountWatch): { isLoggedIn: boolean; credentialSource: string } {
  const { state } = account;
  if (state.type !== "ready" && state.type !== "not-logged-in") {
    return { isLoggedIn: false, credentialSource: "unknown" };
  }
  return { isLoggedIn: state.account.isLoggedIn, credentialSource: state.account.source };
}

/** Also takes what an upload left behind that the server's end cut off. */
function startFileSweep(files: Pick<FileStore, "sweepFiles">, logger: Logger, cleanUp: CleanUp): void {
  const sweep = () => {
    files.sweepFiles().catch((error: unknown) => logger.error("files.sweep-failed", { error }));
  };
  sweep();
  const timer = repeat(PURGE_INTERVAL_MS, sweep);
  cleanUp.defer(() => timer.cancel());
}

function startPurge(
  config: Config,
  store: { purgeContent(olderThan: number): Promise<void> },
  clock: () => number,
  logger: Logger,
  cleanUp: CleanUp,
): void {
  const { retention } = config;
  if (retention.content !== "keep" || retention.keepContentMs === undefined) return;
  const { keepContentMs } = retention;
  const purge = () => {
    store
      .purgeContent(clock() - keepContentMs)
      .catch((error: unknown) => logger.error("store.purge-failed", { error }));
  };
  purge();
  const timer = repeat(PURGE_INTERVAL_MS, purge);
  cleanUp.defer(() => timer.cancel());
}
