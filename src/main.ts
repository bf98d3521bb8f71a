import { LiveSettings } from "./compose/live-settings.ts";
import { storeLocation } from "./compose/database-locations.ts";
import { describeEngines, describeStatus } from "./compose/describe-account.ts";
import { ENGINE_BUILDERS } from "./compose/engine-builders.ts";
import { openAuthentication } from "./compose/open-authentication.ts";
import { serverFacts } from "./compose/server-facts.ts";
import { openKeys } from "./compose/open-keys.ts";
import { openPeople } from "./compose/open-people.ts";
import { openControl } from "./compose/open-control.ts";
import { openRequestJournal } from "./compose/open-request-journal.ts";
import { buildService } from "./compose/build-service.ts";
import { openTurns } from "./compose/open-turns.ts";
import { openLease } from "./compose/open-lease.ts";
import { startFileSweep, startPurge } from "./compose/start-sweeps.ts";
import type { RunningServer, StartServer } from "./cli/running-server.ts";
import type { Config } from "./config/config.ts";
import { PACKAGE_VERSION } from "./config/package-version.ts";
import { settleSandbox } from "./config/build/settle-sandbox.ts";
import { AppError } from "./core/words/app-error.ts";
import { newNodeId } from "./core/words/ids.ts";
import type { HealthReport } from "./core/ports/health.ts";
import { detectSandbox } from "./engines/process/sandbox-support.ts";
import { MemoryUseCounters } from "./cluster/memory/memory-use-counters.ts";
import { addAdminRoutes, type AdminParts } from "./http/admin/add-admin-routes.ts";
import { createApp } from "./http/create-app.ts";
import { openDashboardFiles } from "./http/dashboard/dashboard-files.ts";
import { listen } from "./http/listen.ts";
import { AuditTrail } from "./service/audit/audit-trail.ts";
import { BookedUsage } from "./service/access/booked-usage.ts";
import { ConversationAdmin } from "./service/conversations/conversation-admin.ts";
import { withUsers } from "./service/people/session-directory.ts";
import { RequestFeed } from "./service/request-log/request-feed.ts";
import { recover } from "./service/recover.ts";
import { abandonedEntry, abandonedRun } from "./service/runs/describe-abandoned.ts";
import { TurnRuns } from "./service/runs/turn-runs.ts";
import { CleanUp } from "./lib/clean-up.ts";
import { delay } from "./lib/time.ts";
import { openTelemetry } from "./observability/telemetry/open-telemetry.ts";
import { ServerMetrics } from "./observability/metrics/server-metrics.ts";
import { createTextRedactor } from "./observability/redact-text.ts";
import { urlOfLink } from "./protocols/admin/format-user.ts";
import { metaSchemaCheck } from "./protocols/json-schema/meta-schema.ts";
import { openStore } from "./store/open-store.ts";

/** Time for turns that are cancelled at the end of the drain to tell their clients. */
const CANCEL_GRACE_MS = 1_000;

/** Builds the whole server by hand; the only place that knows every part of it. */
export const startServer: StartServer = async (
  given,
  logger,
  environment,
  listener,
  builders = ENGINE_BUILDERS,
  resolved,
) => {
  const clock = Date.now;
  const startedAt = clock();
  const nodeId = newNodeId();
  listener?.onStage?.("Looking at what this machine has for a sandbox");
  const sandbox = await settleSandbox(given.profiles, () => detectSandbox(environment["PATH"]));
  const { withoutSandbox, support } = sandbox;
  if (withoutSandbox.length > 0) {
    logger.error("sandbox.unavailable", { profiles: withoutSandbox, problem: support?.detail });
  }
  const config: Config = { ...given, profiles: sandbox.profiles };
  // Ends everything that has been started, in reverse order.
  const cleanUp = new CleanUp();
  try {
    const { keys: configured, apiKeyNotice, approverKeyNotice } = await openAuthentication(config, logger);
    listener?.onKeys?.({ apiKeyNotice, approverKeyNotice });
    listener?.onStage?.("Opening the database");
    const store = await openStore({
      location: storeLocation(config),
      retention: config.retention,
      logger,
      nodeId,
    });
    cleanUp.defer(() => store.close());
    const booked = new BookedUsage(store.usageLedger, logger);
    // After everything that turns run on.
    cleanUp.defer(() => booked.close());
    const { clientsMayApprove } = config.auth;
    const { keys: ofClients, keyAdmin } = openKeys(configured, store.keys, {
      clientsMayApprove,
      clock,
      logger,
    });
    const keys = withUsers(ofClients, store.users);
    const counters = new MemoryUseCounters(clock);
    const people = openPeople(store.users, { counters, clock, logger });
    const redactText = createTextRedactor([...config.auth.apiKeys, ...config.auth.approverKeys]);
    const journal = await openRequestJournal(config, { redactText, clock, logger, cleanUp });
    const feed = new RequestFeed(nodeId);
    const lease = await openLease(nodeId, store, config, { clock, logger, cleanUp });
    startPurge(config, store, clock, logger, cleanUp);
    startFileSweep(store.files, logger, cleanUp);

    listener?.onStage?.("Preparing Claude Code");
    const turns = await openTurns(config, {
      builders,
      environment,
      store,
      keys,
      counters,
      booked,
      startedAt,
      clock,
      logger,
      cleanUp,
    });
    const { accounts, approvals, engines, mcpServers, models, pool, queue, running } = turns;
    let isDraining = false;
    const health = (): HealthReport => {
      const { memoryBytes, spares, ...sessions } = pool.stats();
      return {
        ...describeStatus(accounts, engines, store.state.problem, isDraining),
        version: PACKAGE_VERSION,
        uptimeSeconds: Math.floor((clock() - startedAt) / 1000),
        ...describeEngines(accounts, engines),
        sessions,
        spares,
        turns: queue.stats,
        mcpServers: mcpServers.report,
        ...(memoryBytes === undefined ? {} : { claudeMemoryBytes: memoryBytes }),
      };
    };
    const telemetry = await openTelemetry(environment, { version: PACKAGE_VERSION, logger });
    if (telemetry) cleanUp.defer(() => telemetry.close());
    const metrics = new ServerMetrics({ health, version: PACKAGE_VERSION });
    const runs = new TurnRuns(clock, {
      hear(change, run) {
        if (change === "ended") metrics.hearTurn(run);
        feed.push({ type: `turn-${change}`, run });
      },
      findUse: (turnId) => turns.uses.find(turnId),
    });
    let { keepsContent } = config.requestLog;
    const service = await buildService(config, {
      turns,
      runTurn: runs.listen(turns.runTurn),
      store,
      health,
      hearRequest(entry, course) {
        telemetry?.hearRequest(entry, course);
        journal?.add(entry);
        metrics.hearRequest(entry, course);
        const { content: _, ...told } = entry;
        feed.push({ type: "request-ended", entry: told });
      },
      keepsContent: () => keepsContent,
      clock,
      logger,
      cleanUp,
    });
    const applyLive = (live: Config) => {
      queue.setLimits(live.turns);
      pool.setLimits({ ...live.sessions, sparesPerKind: live.sessions.maxSpares });
      approvals.setAnswerTime(live.approvals.timeoutMs);
      journal?.setBounds(live.requestLog);
      ({ keepsContent } = live.requestLog);
      logger.control?.setLevel(live.log.level);
    };
    const engineHooks = engines.all.flatMap(({ hooks }) => hooks ?? []);
    const dashboard = await openDashboardFiles();
    if (!dashboard) logger.info("dashboard.missing", { advice: "npm ci && npm run build" });
    const app = createApp({
      ...service,
      engineHooks,
      dashboard: { files: dashboard },
      reportLimits: (id) => turns.usageLimits.report(id),
      options: {
        ...config.server,
        keys,
        sessions: people.sessions,
        openPaths: config.server.openMetrics ? ["/metrics"] : [],
      },
    });
    let url = "";
    const admin: AdminParts = {
      runs,
      feed,
      ...(journal && { requestLog: journal }),
      metrics: { render: () => metrics.render(), isOpen: config.server.openMetrics },
      keys: keyAdmin,
      conversations: new ConversationAdmin({
        ...service,
        index: store.index,
        held: () => pool.heldConversations(),
      }),
      approvals,
      ...people,
      ...(logger.control && { log: logger.control }),
      views: {
        profiles: Object.values(config.profiles),
        models: () => models.list(),
        plan: () => turns.plan.report(),
        async connections(address, platform) {
          const { describeConnections } = await import("./compose/describe-connections.ts");
          return describeConnections(address, platform, models.list());
        },
      },
      ...(resolved && { settings: new LiveSettings(resolved, applyLive) }),
      audit: new AuditTrail({ log: store.audit, clock, logger }),
      clock,
      health,
      server: () => serverFacts(config, { url, startedAt }),
      keepAliveMs: config.server.keepAliveMs,
    };
    addAdminRoutes(app, admin);
    const http = await listen(app, config.server);
    ({ url } = http);
    cleanUp.defer(() => http.close(AbortSignal.timeout(0)));
    const stops = await openControl({ config, service, keys, admin, environment, cleanUp });
    // Only once the port is ours: if the start failed later, everything taken over would fail with it.
    const { keepAliveMs } = config.server;
    const taking = { service, keys, keepAliveMs, room: () => queue.room };
    await lease.watch(() =>
      recover(store, taking, (turn) => {
        runs.add(abandonedRun(turn));
        journal?.add(abandonedEntry(turn));
      }),
    );
    logger.info("server.listening", { url: http.url, version: PACKAGE_VERSION });
    accounts.check();
    mcpServers.start();
    // Compiling it blocks everything else for tens of milliseconds: better now than during the first request with tools.
    metaSchemaCheck(undefined);

    let stopping: Promise<void> | undefined;
    const stop = async () => {
      isDraining = true;
      logger.info("server.draining", queue.stats);
      queue.close();
      await Promise.race([queue.whenIdle(), delay(config.server.drainMs), stops.hurry]);
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
      hasDashboard: dashboard !== undefined,
      health,
      hasAdmin: () => store.users.hasAdmin(),
      async linkFirstAdmin() {
        const link = await people.users.linkForFirst();
        return link && urlOfLink(link.token, http.url);
      },
      describeModels: () => models.list(),
      stopRequested: stops.first,
      refuseRestart: (why) => stops.refuseRestart(why),
      stop: () => (stopping ??= stop()),
    } satisfies RunningServer;
  } catch (error) {
    await cleanUp.run();
    throw error;
  }
};
