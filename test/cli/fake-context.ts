import { EventEmitter } from "node:events";

import type { Config } from "../../src/config/config.ts";
import { ApprovalDesk } from "../../src/core/approvals/approval-desk.ts";
import type { HealthReport } from "../../src/core/ports/health.ts";
import type { CommandContext } from "../../src/cli/command-context.ts";
import type { DoctorTools } from "../../src/cli/doctor/doctor-tools.ts";
import type { KeyNotices, RunningServer } from "../../src/cli/running-server.ts";
import type { StopRequest } from "../../src/protocols/admin/parse-stop-request.ts";
import { PushQueue } from "../../src/lib/push-queue.ts";
import { type Line, renderLine } from "../../src/lib/styled-line.ts";

const READY: HealthReport = {
  status: "ready",
  version: "1.2.3",
  uptimeSeconds: 0,
  engine: { name: "sdk", isLoggedIn: true, credentialSource: "ANTHROPIC_API_KEY" },
  sessions: { idle: 0, busy: 0, starting: 0, limit: 8 },
  spares: { ready: 1, starting: 0, limit: 1 },
  turns: { running: 0, queued: 0, limit: 8, queueLimit: 100 },
  mcpServers: [],
};

class FakeProcess extends EventEmitter {
  readonly exitCodes: number[] = [];

  /** Who listens for the end hears of it; the tests go on. */
  exit(code: number): void {
    this.exitCodes.push(code);
    this.emit("exit", code);
  }
}

/** A world for commands, for tests: what they print, what they start and how the process is ended, all at hand. */
export class FakeContext {
  readonly printed: string[] = [];
  readonly errors: string[] = [];
  readonly statuses: (string | undefined)[] = [];
  rings = 0;
  readonly events = new FakeProcess();
  /** The configs that servers were started with. */
  readonly started: Config[] = [];
  stops = 0;
  stopRequested = Promise.withResolvers<StopRequest>();
  /** Why requests to restart are refused, for each call. */
  readonly refusals: (string | undefined)[] = [];
  now = 0;
  /** Whether anybody administers the server. */
  hasAdmin = true;
  /** Whether a person sits at the terminal. */
  isInteractive = false;
  /** What the person types is pushed here, while somebody reads it. */
  typed: (PushQueue<string> & { close(): void }) | undefined;
  /** Whether the server has the keyboard. */
  hasKeyboard = true;
  readonly approvals = new ApprovalDesk({ timeoutMs: 60_000, clock: () => this.now });
  keys: KeyNotices = {
    apiKeyNotice: { type: "configured", count: 1 },
    approverKeyNotice: { type: "configured", count: 1 },
  };
  environment: Record<string, string> = {};
  /** Of the person, on systems that have such. */
  userId: number | undefined;
  columns = 80;
  health: HealthReport = READY;
  onStart: () => Promise<void> = () => Promise.resolve();
  onStop: () => Promise<void> = () => Promise.resolve();
  doctorTools: DoctorTools = {
    detectSandbox: async () => ({ isAvailable: true, detail: "bubblewrap" }),
    findClaude: async () => ({ path: "/bin/claude", version: "2.1.332 (Claude Code)" }),
    describeAccount: async () => ({ isLoggedIn: true, source: "ANTHROPIC_API_KEY", models: [] }),
    askModel: async () => ({ type: "answered", costUsd: 0.0004 }),
    checkDatabase: async () => "SQLite",
    probeMcpServer: async () => ({ status: "connected", toolCount: 2 }),
    close: async () => {},
  };
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get context(): CommandContext {
    const folder = this.#folder;
    return {
      terminal: {
        print: (...lines) => void this.printed.push(...(lines.length > 0 ? [plain(lines)] : [])),
        printPart: (part) => void this.printed.push(plain([part])),
        printError: (...lines) => void this.errors.push(plain(lines)),
        showStatus: (status) => void this.statuses.push(status),
        ring: () => void this.rings++,
        isTerminal: this.isInteractive,
        isInteractive: this.isInteractive,
        columns: this.columns,
        rows: 24,
        readLines: async () => (this.hasKeyboard ? this.#openKeyboard() : undefined),
      },
      environment: { TURNPIKE_LOG_LEVEL: "none", ...this.environment },
      machine: {
        platform: "linux",
        homeDir: folder,
        currentDir: folder,
        cores: 2,
        memoryBytes: 8e9,
        ...(this.userId !== undefined && { userId: this.userId }),
      },
      engines: ["sdk"],
      events: this.events,
      clock: () => this.now,
      launch: { command: ["/usr/bin/node", "/opt/turnpike/bin/turnpike.cjs"], args: [] },
      startServer: async (config, _logger, _environment, listener) => {
        this.started.push(config);
        listener?.onKeys?.(this.keys);
        await this.onStart();
        return this.#runningServer();
      },
      openDoctorTools: async () => this.doctorTools,
      openChannel: () => Promise.reject(new Error("There is no Claude Code here.")),
    };
  }

  #openKeyboard(): PushQueue<string> & { close(): void } {
    const typed = new PushQueue<string>();
    const close = () => {
      typed.end();
      this.typed = undefined;
    };
    this.typed = Object.assign(typed, { close });
    return this.typed;
  }

  #runningServer(): RunningServer {
    return {
      url: "http://127.0.0.1:4141",
      ...this.keys,
      sandbox: { profiles: {}, withoutSandbox: [] },
      approvals: this.approvals,
      hasDashboard: true,
      health: () => this.health,
      hasAdmin: async () => this.hasAdmin,
      linkFirstAdmin: async () => (this.hasAdmin ? undefined : "http://127.0.0.1:4141/dashboard/welcome#x"),
      describeModels: () => [],
      stopRequested: this.stopRequested.promise,
      refuseRestart: (why) => void this.refusals.push(why),
      stop: async () => {
        this.stops++;
        await this.onStop();
      },
    };
  }
}

/** As on a terminal without colours. */
export function plain(lines: readonly Line[]): string {
  return lines.map((line) => renderLine(line, false)).join("\n");
}
