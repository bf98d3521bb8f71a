import { onTestFinished } from "vitest";

import { MemoryConversationLock } from "../../src/cluster/memory/memory-conversation-lock.ts";
import { describeConnections } from "../../src/compose/describe-connections.ts";
import { createKeyAdmin } from "../../src/compose/open-keys.ts";
import { ApprovalDesk } from "../../src/core/approvals/approval-desk.ts";
import { createConversationDirectory } from "../../src/core/conversations/conversations.ts";
import { noChangesKnown } from "../../src/core/file-changes/undo-turn.ts";
import { MemoryUseCounters } from "../../src/cluster/memory/memory-use-counters.ts";
import { type OpenedPeople, openPeople } from "../../src/compose/open-people.ts";
import type { KeyStore } from "../../src/core/ports/key-store.ts";
import type { KeyLimits, KeySettings } from "../../src/core/words/api-key.ts";
import { type Logger, SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import type { SettingsAdmin } from "../../src/core/ports/settings-admin.ts";
import { PlanWatch } from "../../src/core/watches/plan-watch.ts";
import { RunningTurns } from "../../src/core/turn/running-turns.ts";
import { type AdminParts, addAdminRoutes } from "../../src/http/admin/add-admin-routes.ts";
import { AuditTrail } from "../../src/service/audit/audit-trail.ts";
import { configuredKeys } from "../../src/service/access/configured-keys.ts";
import type { KeyAdmin } from "../../src/service/access/key-admin.ts";
import { KeyDirectory } from "../../src/service/access/key-directory.ts";
import { ConversationAdmin } from "../../src/service/conversations/conversation-admin.ts";
import { Passwords } from "../../src/service/people/passwords.ts";
import { withUsers } from "../../src/service/people/session-directory.ts";
import { RequestFeed } from "../../src/service/request-log/request-feed.ts";
import { TurnRuns } from "../../src/service/runs/turn-runs.ts";
import { createLoggerTo } from "../../src/observability/create-logger.ts";
import type { StoreLocation } from "../../src/store/database/store-location.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { AGENT_PROFILE, CHAT_PROFILE } from "../engine/turn-fixtures.ts";
import { NO_FOLDERS } from "../workspaces/no-folders.ts";
import {
  KEY,
  type RawAnswer,
  type ScriptedServer,
  sendRaw,
  startScriptedServer,
  type TurnScript,
} from "./scripted-server.ts";

export const APPROVER_KEY = "tp-approver-key";

/** A server with keys in a database, `KEY` as the bootstrap key, and the admin API. */
export interface KeyedServer {
  readonly server: ScriptedServer;
  readonly store: Store;
  readonly keys: KeyStore;
  readonly keyAdmin: KeyAdmin;
  readonly admin: AdminParts;
  readonly approvals: ApprovalDesk;
  readonly people: OpenedPeople;
  readonly logger: Logger;
  /** Its lines. */
  readonly logged: readonly string[];
  readonly plan: PlanWatch;
  now(): number;
  /** Sets the clock ahead. */
  pass(ms: number): void;
  /** The secret of a new key. */
  give(settings?: Partial<KeySettings>): Promise<string>;
  /** The secret of a new key with these limits. */
  limit(limits: KeyLimits): Promise<string>;
  ask(key: string, method: string, path: string, body?: object): Promise<RawAnswer>;
}

type Given = NonNullable<Parameters<typeof startScriptedServer>[1]> & {
  /** Default: some that cost nothing. */
  readonly passwords?: Passwords;
  /** Default: none is kept. */
  readonly requestLog?: AdminParts["requestLog"];
  readonly settings?: SettingsAdmin;
  /** Default: SQLite, in memory. */
  readonly location?: StoreLocation;
};

/** `clock`: default one that stands still until it is set. */
export async function startKeyedServer(script: TurnScript, given: Given = {}): Promise<KeyedServer> {
  // It stands still, however slow the machine is.
  let now = Date.now();
  const clock = given.clock ?? (() => now);
  const store = await openStore({
    location: given.location ?? { type: "sqlite", file: ":memory:" },
    retention: { content: "keep" },
  });
  const configured = configuredKeys({ type: "keys", keys: [KEY], approverKeys: [APPROVER_KEY] });
  const ofClients = new KeyDirectory({ configured, store: store.keys, ofClients: "none", clock });
  const keys = withUsers(ofClients, store.users);
  const logged: string[] = [];
  const write = (line: string) => void logged.push(line);
  const logger = createLoggerTo({ write }, { level: "info", prompts: false });
  const people = openPeople(store.users, {
    counters: new MemoryUseCounters(clock),
    clock,
    logger,
    passwords: given.passwords ?? new Passwords({ logN: 4, blockSize: 8, parallel: 1 }),
  });
  const keyAdmin = createKeyAdmin(store.keys, {
    clock,
    logger: SILENT_LOGGER,
    onChange: () => ofClients.forget(),
  });
  const runs = new TurnRuns(clock);
  const conversations = createConversationDirectory({
    store,
    pool: { holds: () => false, viewConversation: () => undefined, evictConversation: async () => {} },
    running: new RunningTurns(new MemoryConversationLock()),
    conversationFolders: NO_FOLDERS,
  });
  const approvals = new ApprovalDesk({ timeoutMs: 60_000, clock });
  const plan = new PlanWatch(clock);
  let server: ScriptedServer | undefined;
  const admin: AdminParts = {
    runs,
    feed: new RequestFeed("node_test"),
    keys: keyAdmin,
    conversations: new ConversationAdmin({
      index: store.index,
      conversations,
      conversationFolders: NO_FOLDERS,
      fileChanges: store.fileChanges,
      undoTurn: () => Promise.reject(noChangesKnown()),
      held: () => [],
    }),
    approvals,
    ...people,
    log: logger.control,
    audit: new AuditTrail({ log: store.audit, clock, logger: SILENT_LOGGER }),
    ...(given.settings && { settings: given.settings }),
    ...(given.requestLog && { requestLog: given.requestLog }),
    views: {
      profiles: [CHAT_PROFILE, AGENT_PROFILE],
      models: () => server?.parts.models.list() ?? [],
      plan: () => plan.report(),
      connections: async (url, platform) =>
        describeConnections(url, platform, server?.parts.models.list() ?? []),
    },
    clock,
    health: () => server?.health ?? unready(),
    server: () => ({
      processId: process.pid,
      keepsPort: true,
      url: server?.url ?? "",
      startedAt: 0,
      dataDir: "/data",
      drainMs: 1_000,
      isDemo: false,
    }),
    keepAliveMs: 10_000,
  };
  server = await startScriptedServer(runs.listen(script), {
    approvals,
    ...given,
    clock,
    options: { keys, sessions: people.sessions, ...given.options },
    addRoutes: (app) => addAdminRoutes(app, admin),
  });
  const { close } = server;
  onTestFinished(async () => {
    await close();
    await store.close();
  });
  const started = server;
  const give = async (settings: Partial<KeySettings> = {}) => {
    const whole = {
      name: "test",
      role: "client",
      bounds: {},
      limits: {},
      logsContent: false,
      ...settings,
    } as const;
    // As the person at the machine who has the approver key.
    // Proof for the cast: nobody else is called so.
    return (await keyAdmin.create(whole, { id: "tester" as never, mayApprove: "all" })).secret;
  };
  return {
    server,
    store,
    keys,
    keyAdmin,
    admin,
    approvals,
    people,
    logger,
    logged,
    plan,
    now: clock,
    pass: (ms) => void (now += ms),
    give,
    limit: (limits) => give({ limits }),
    ask: (key, method, path, body) =>
      sendRaw(started, {
        method,
        path,
        headers: {
          ...(key !== "" && { authorization: `Bearer ${key}` }),
          ...(body && { "content-type": "application/json" }),
        },
        body: body && JSON.stringify(body),
      }),
  };
}

function unready(): never {
  throw new Error("The server has not started.");
}
