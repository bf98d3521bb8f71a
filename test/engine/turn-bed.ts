import { onTestFinished } from "vitest";

import { MemoryConversationLock } from "../../src/cluster/memory/memory-conversation-lock.ts";
import { ApprovalDesk } from "../../src/core/approvals/approval-desk.ts";
import type { ConversationStore } from "../../src/core/ports/conversation-store.ts";
import { Engines } from "../../src/core/ports/engines.ts";
import type { SchemaChecker } from "../../src/core/ports/schema-checker.ts";
import { type LogFields, SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import type { FolderTrust } from "../../src/core/ports/folder-trust.ts";
import type { TurnRunner } from "../../src/core/ports/turn-runner.ts";
import type { UsageLimits } from "../../src/core/ports/usage-limits.ts";
import type { WorkspaceFolders } from "../../src/core/ports/workspace-folders.ts";
import type { WorkspaceSnapshots } from "../../src/core/ports/workspace-snapshots.ts";
import type { Retention } from "../../src/core/words/retention.ts";
import { OwedWrites } from "../../src/core/turn/owed-writes.ts";
import { createTurnRunner } from "../../src/core/turn/run-turn.ts";
import { RunningTurns } from "../../src/core/turn/running-turns.ts";
import type { TurnEvent } from "../../src/core/words/turn-event.ts";
import { TurnQueue, type TurnQueueLimits } from "../../src/core/turn/turn-queue.ts";
import type { TurnRequest } from "../../src/core/words/turn-request.ts";
import type { Deadlines } from "../../src/core/turn/turn-deadlines.ts";
import { UNLIMITED_USAGE } from "./unlimited-usage.ts";
import { startTurn } from "../../src/service/turns/start-turn.ts";
import { LiveSessionPool, type PoolLimits } from "../../src/sessions/live-session-pool.ts";
import { openStore } from "../../src/store/open-store.ts";
import { INLINE_SCHEMAS } from "./inline-schemas.ts";
import { ANY_FOLDER, STILL_SNAPSHOTS } from "./workspace-fakes.ts";
import { ScriptedEngine } from "./scripted-engine.ts";

export interface TurnBedOptions {
  readonly retention?: Retention;
  readonly queue?: Partial<TurnQueueLimits>;
  readonly usageLimits?: UsageLimits;
  readonly sessions?: Partial<PoolLimits>;
  readonly deadlines?: Partial<Deadlines>;
  readonly requireLogin?: () => Promise<void>;
  readonly folders?: WorkspaceFolders;
  readonly trust?: FolderTrust;
  readonly snapshots?: WorkspaceSnapshots;
  /** Default: checks in the test's own thread. */
  readonly schemas?: SchemaChecker;
  /** Stands between the turns and the store. */
  readonly wrapStore?: (store: ConversationStore) => Partial<ConversationStore>;
}

export type TurnBed = Awaited<ReturnType<typeof openTurnBed>>;

/** All of core around one turn, on a scripted engine, the real session pool and the real store in memory. */
export async function openTurnBed(options: TurnBedOptions = {}) {
  let now = 1_000_000;
  const clock = () => now;
  const errors: (LogFields & { event: string })[] = [];
  const logger = {
    ...SILENT_LOGGER,
    error: (event: string, fields?: LogFields) => void errors.push({ event, ...fields }),
  };
  const engine = new ScriptedEngine();
  const engines = new Engines([engine]);
  const pool = new LiveSessionPool({
    engines,
    limits: {
      maxSessions: 4,
      sparesPerKind: 0,
      maxSpawnsAtOnce: 2,
      sessionIdleMs: 60_000,
      maxMemoryBytes: Number.MAX_SAFE_INTEGER,
      ...options.sessions,
    },
    clock,
    logger,
  });
  const store = await openStore({
    location: { type: "sqlite", file: ":memory:" },
    retention: options.retention ?? { content: "keep" },
  });
  const approvals = new ApprovalDesk({ timeoutMs: 60_000, clock });
  const conversationLock = new MemoryConversationLock();
  const queue = new TurnQueue({ maxTurnsAtOnce: 4, queueLimit: 10, ...options.queue }, conversationLock);
  const running = new RunningTurns(conversationLock);
  const owedWrites = new OwedWrites(logger);
  const runner = createTurnRunner({
    engines,
    pool,
    store: delegate(store, options.wrapStore?.(store) ?? {}),
    queue,
    usageLimits: options.usageLimits ?? UNLIMITED_USAGE,
    running,
    owedWrites,
    conversationLock,
    allowsMcpServers: true,
    callServerTool: () => Promise.reject(new Error("No server is there.")),
    folders: options.folders ?? ANY_FOLDER,
    trust: options.trust ?? { isTrusted: () => false },
    approvals,
    snapshots: options.snapshots ?? STILL_SNAPSHOTS,
    fileChanges: store.fileChanges,
    schemas: options.schemas ?? INLINE_SCHEMAS,
    requireLogin: options.requireLogin ?? (async () => {}),
    deadlines: { firstByteMs: 10_000, streamIdleMs: 10_000, turnMs: 60_000, ...options.deadlines },
    clock,
    logger,
  });
  // In the time that the request sets, as services run turns.
  const runTurn: TurnRunner = (request, signal) =>
    startTurn({ runTurn: runner, clock, logger }, request, { requestId: "req_1", startedAt: 0 }, signal)
      .events;
  onTestFinished(async () => {
    await pool.close();
    await owedWrites.close();
    await store.close();
  });
  return {
    engine,
    pool,
    store,
    queue,
    running,
    approvals,
    errors,
    runTurn,
    pass: (ms: number) => (now += ms),
    /** Runs a whole turn and returns its events. */
    run: (request: TurnRequest, signal = new AbortController().signal) =>
      Array.fromAsync(runTurn(request, signal)),
    /** Begins a turn: what it has said so far, and its whole in the end. */
    begin: (request: TurnRequest, signal = new AbortController().signal) =>
      readInBackground(runTurn, request, signal),
  };
}

function readInBackground(runTurn: TurnRunner, request: TurnRequest, signal: AbortSignal) {
  const events: TurnEvent[] = [];
  const finished = (async () => {
    for await (const event of runTurn(request, signal)) events.push(event);
    return events;
  })();
  return { events, finished };
}

/** The store, with some of its methods replaced. Its private fields want to be called on itself. */
function delegate(store: ConversationStore, own: Partial<ConversationStore>): ConversationStore {
  return new Proxy(store, {
    get(target, name) {
      if (Object.hasOwn(own, name)) return Reflect.get(own, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
