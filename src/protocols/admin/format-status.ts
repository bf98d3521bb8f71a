import type { HealthReport } from "../../core/ports/health.ts";
import type { ServerFacts } from "../../core/words/server-facts.ts";

export interface StatusBody {
  readonly object: "server";
  readonly state: HealthReport["status"];
  /** What is missing and how to fix it, when it is not ready. */
  readonly problem: string | null;
  readonly version: string;
  readonly pid: number;
  readonly url: string;
  /** Whether its next start has the same port. */
  readonly keeps_port: boolean;
  readonly started_at: number;
  readonly uptime_seconds: number;
  readonly data_dir: string;
  readonly drain_ms: number;
  readonly log_file: string | null;
  readonly is_demo: boolean;
  readonly credential_source: string;
  readonly sessions: HealthReport["sessions"];
  readonly spares: HealthReport["spares"];
  readonly turns: {
    readonly running: number;
    readonly queued: number;
    readonly limit: number;
    readonly queue_limit: number;
  };
  readonly claude_memory_bytes: number | null;
}

export function formatStatus(server: ServerFacts, health: HealthReport): StatusBody {
  const { running, queued, limit, queueLimit } = health.turns;
  return {
    object: "server",
    state: health.status,
    problem: health.problem ?? null,
    version: health.version,
    pid: server.processId,
    url: server.url,
    keeps_port: server.keepsPort,
    started_at: server.startedAt,
    uptime_seconds: health.uptimeSeconds,
    data_dir: server.dataDir,
    drain_ms: server.drainMs,
    log_file: server.logFile ?? null,
    is_demo: server.isDemo,
    credential_source: health.engine.credentialSource,
    sessions: health.sessions,
    spares: health.spares,
    turns: { running, queued, limit, queue_limit: queueLimit },
    claude_memory_bytes: health.claudeMemoryBytes ?? null,
  };
}
