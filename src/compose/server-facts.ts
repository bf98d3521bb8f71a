import type { Config } from "../config/config.ts";
import type { ServerFacts } from "../core/words/server-facts.ts";

/** What the operator is told of the server itself. */
export function serverFacts(
  config: Config,
  { url, startedAt }: Pick<ServerFacts, "url" | "startedAt">,
): ServerFacts {
  const { dataDir, demo, log, server } = config;
  return {
    processId: process.pid,
    url,
    keepsPort: server.port !== 0,
    startedAt,
    dataDir,
    drainMs: server.drainMs,
    isDemo: demo,
    ...(log.file !== undefined && { logFile: log.file }),
  };
}
