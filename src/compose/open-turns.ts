import { homedir } from "node:os";
import { join } from "node:path";

import { MemoryConversationLock } from "../cluster/memory/memory-conversation-lock.ts";
import type { Config } from "../config/config.ts";
import type { Environment } from "../config/sources/process-environment.ts";
import { TrustedFolders } from "../config/trust/trusted-folders.ts";
import { ApprovalDesk } from "../core/approvals/approval-desk.ts";
import type { ConversationLock } from "../core/ports/conversation-lock.ts";
import type { Engines } from "../core/ports/engines.ts";
import type { ModelCatalogue } from "../core/ports/model-catalogue.ts";
import type { SchemaChecker } from "../core/ports/schema-checker.ts";
import type { TurnRunner } from "../core/ports/turn-runner.ts";
import type { UseCounters } from "../core/ports/use-counters.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Logger } from "../core/ports/logger.ts";
import { OwedWrites } from "../core/turn/owed-writes.ts";
import { createTurnRunner } from "../core/turn/run-turn.ts";
import { RunningTurns } from "../core/turn/running-turns.ts";
import { TurnQueue } from "../core/turn/turn-queue.ts";
import { Accounts } from "../core/watches/accounts.ts";
import { McpServerWatch } from "../core/watches/mcp-server-watch.ts";
import { PlanWatch } from "../core/watches/plan-watch.ts";
import type { PlanWindow } from "../core/words/plan-window.ts";
import { callMcpTool } from "../engines/mcp/call-mcp-tool.ts";
import { probeMcpServer } from "../engines/mcp/probe-mcp-server.ts";
import { OrphanSweeper } from "../engines/process/orphan-sweeper.ts";
import type { CleanUp } from "../lib/clean-up.ts";
import { BoundedSchemaChecker } from "../offload/bounded-schema-checker.ts";
import { openProcesses } from "../offload/open-processes.ts";
import type { BookedUsage } from "../service/access/booked-usage.ts";
import { LimitedUsage } from "../service/access/limited-usage.ts";
import { ResponseJobs } from "../service/responses/response-jobs.ts";
import { TurnUses } from "../service/runs/turn-uses.ts";
import { LiveSessionPool } from "../sessions/live-session-pool.ts";
import type { Store } from "../store/open-store.ts";
import { FolderSnapshots } from "../workspaces/changes/folder-snapshots.ts";
import { LocalWorkspaceFolders } from "../workspaces/local-workspace-folders.ts";
import { buildModelCatalogue } from "./build-model-catalogue.ts";
import type { EngineBuilder } from "./engine-builders.ts";
import { openClaudeEnvironment } from "./open-claude-environment.ts";
import { openEngines } from "./open-engines.ts";
import { findPrivatePaths } from "./private-paths.ts";
import { usedClaudePaths, usedKinds, usedWorkspaces } from "./used-by-profiles.ts";
import { warnOfEndings } from "./warn-of-endings.ts";

/** What turns run on, and the turns. */
export interface Turns {
  readonly runTurn: TurnRunner;
  readonly queue: TurnQueue;
  readonly running: RunningTurns;
  readonly conversationLock: ConversationLock;
  readonly pool: LiveSessionPool;
  readonly engines: Engines;
  readonly engineEnvironment: Awaited<ReturnType<typeof openClaudeEnvironment>>;
  readonly models: ModelCatalogue;
  readonly accounts: Accounts;
  readonly mcpServers: McpServerWatch;
  readonly plan: PlanWatch;
  readonly approvals: ApprovalDesk;
  readonly folders: LocalWorkspaceFolders;
  readonly schemas: SchemaChecker;
  readonly jobs: ResponseJobs;
  readonly owedWrites: OwedWrites;
  readonly uses: TurnUses;
  readonly usageLimits: LimitedUsage;
}

export interface TurnsNeeds {
  readonly builders: Readonly<Record<string, EngineBuilder>>;
  readonly environment: Environment;
  readonly store: Store;
  readonly keys: ConstructorParameters<typeof LimitedUsage>[0]["keys"];
  readonly counters: UseCounters;
  readonly booked: BookedUsage;
  /** When the server started. */
  readonly startedAt: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly cleanUp: CleanUp;
}

/** Opens the engines, what holds their processes, and all that a turn needs besides. Nothing starts by itself but the warm spares. */
export async function openTurns(config: Config, needs: TurnsNeeds): Promise<Turns> {
  const { environment, store, startedAt, clock, logger, cleanUp } = needs;
  const owedWrites = new OwedWrites(logger);
  cleanUp.defer(() => owedWrites.close());
  const trust = new TrustedFolders({
    config,
    homeDir: environment["HOME"] ?? homedir(),
    onUnreadable: (error) => logger.error("trust.unreadable", { error }),
  });
  const deadlines = {
    firstByteMs: config.turns.firstByteTimeoutMs,
    streamIdleMs: config.turns.streamIdleTimeoutMs,
    turnMs: config.turns.turnTimeoutMs,
  };
  const offload = openProcesses();
  cleanUp.defer(() => offload.close());
  const schemas = new BoundedSchemaChecker(offload);
  const engineEnvironment = await openClaudeEnvironment(config, environment, logger, cleanUp);
  const plan = new PlanWatch(clock);
  const engineOptions = {
    hearPlan: (windows: readonly PlanWindow[]) => plan.hear(windows),
    environment: engineEnvironment,
    upstreamRetries: config.turns.upstreamRetries,
    deadlines,
    hasWorkers: config.sessions.hasWorkers,
    ...(config.claude.executable === undefined ? {} : { executable: config.claude.executable }),
    transcriptFolder: join(config.dataDir, "transcripts"),
    ...(await findPrivatePaths(config, environment)),
    clock,
    logger,
  };
  const engines = await openEngines(config, needs.builders, engineOptions, cleanUp);
  const pool = new LiveSessionPool({
    engines,
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
  const accounts = new Accounts(engines, {
    clock,
    logger,
    // Not earlier: spares for an account that cannot answer would only take memory.
    onReady: ({ name }) => {
      pool.warm(usedKinds(config, trust).filter((kind) => kind.engine === name));
      warnOfEndings(models, new Set(Object.keys(config.models)), { clock, logger });
      void snapshots.warm(usedWorkspaces(config));
    },
  });
  cleanUp.defer(() => accounts.close());

  const sweeper = new OrphanSweeper(logger);
  const mcpServers = new McpServerWatch({
    profiles: config.profiles,
    probe: (...asked) => probeMcpServer({ environment: engineEnvironment, sweeper }, ...asked),
    logger,
  });
  cleanUp.defer(() => mcpServers.close());

  const approvals = new ApprovalDesk({ timeoutMs: config.approvals.timeoutMs, clock, logger });
  cleanUp.defer(() => approvals.close());
  const folders = new LocalWorkspaceFolders({
    allowedFolders: config.requests.folders,
    isolationRoot: join(config.dataDir, "workspaces"),
    environment,
    logger,
  });
  const conversationLock = new MemoryConversationLock();
  const queue = new TurnQueue(config.turns, conversationLock);
  const running = new RunningTurns(conversationLock);
  const models = buildModelCatalogue(config, accounts, engines, trust, startedAt);
  const jobs = new ResponseJobs(store.jobs);
  const uses = new TurnUses();
  const usageLimits = new LimitedUsage({
    keys: needs.keys,
    counters: needs.counters,
    booked: needs.booked,
    clock,
  });
  const runTurn = createTurnRunner({
    engines,
    pool,
    store,
    queue,
    usageLimits: uses.listen(usageLimits),
    running,
    owedWrites,
    conversationLock,
    onAdmitted: (turnId) => jobs.beginTurn(turnId),
    callServerTool: callMcpTool,
    allowsMcpServers: ["remote", "any"].includes(config.requests.mcpServers),
    folders,
    trust,
    approvals,
    snapshots,
    fileChanges: store.fileChanges,
    schemas,
    requireLogin: (profile, signal) => accounts.of(profile).requireLogin(signal),
    deadlines,
    clock,
    logger,
  });
  return {
    runTurn: accounts.listen(mcpServers.listen(runTurn)),
    queue,
    running,
    conversationLock,
    pool,
    engines,
    engineEnvironment,
    models,
    accounts,
    mcpServers,
    plan,
    approvals,
    folders,
    schemas,
    jobs,
    owedWrites,
    uses,
    usageLimits,
  };
}
