import { createServer } from "node:net";
import { signalProcess } from "../../lib/signal-process.ts";
import { localUrl } from "../../lib/local-url.ts";

import { ConfigError } from "../../config/config-error.ts";
import type { Config } from "../../config/config.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { isRecord } from "../../lib/is-record.ts";
import { sha256 } from "../../lib/sha256.ts";
import { delay } from "../../lib/time.ts";
import { describePortConflict } from "../describe-startup-error.ts";
import { type ChannelEntry, readEntry } from "./port-registry.ts";
import { readProcessStart } from "./process-start.ts";

const HEALTH_TIMEOUT_MS = 2_000;
/** Time to end by itself. */
const GENTLE_MS = 3_000;
const POLL_MS = 20;

/**
 * Makes sure that the port is free. One that an earlier channel holds whose Claude Code is gone is taken back: that process is
 * ended. It is recognised by its own entry in the data folder (id and start of the process, port) and by what it says of itself
 * there: only the process that wrote the entry knows its nonce. Whatever else holds the port is left alone.
 * @throws ConfigError naming who holds it
 */
export async function takePort({ server, dataDir }: Config, logger: Logger): Promise<void> {
  const { host, port } = server;
  if (port === 0 || (await isFree(host, port))) return;
  const entry = await readEntry(dataDir);
  if (!entry || entry.port !== port || !(await isListening(entry, host))) {
    throw new ConfigError([await describePortConflict(server)]);
  }
  if (await isRunning(entry.claudeProcessId, entry.claudeStartedAt)) {
    throw new ConfigError([
      `Port ${port} is served by the Turnpike channel of another Claude Code session (process ${entry.claudeProcessId}). End that session, or give this one its own port with --port.`,
    ]);
  }
  logger.info("channel.orphan-ended", { processId: entry.processId, port });
  await endProcess(entry);
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Whether the process of the entry lives, and is the one that answers on the port. */
async function isListening(entry: ChannelEntry, host: string): Promise<boolean> {
  if (!(await isRunning(entry.processId, entry.startedAt))) return false;
  try {
    const url = `${localUrl(host, entry.port)}/health`;
    const response = await fetch(url, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    const report: unknown = await response.json();
    const engine = isRecord(report) ? report["engine"] : undefined;
    const facts = isRecord(engine) ? engine["facts"] : undefined;
    return isRecord(facts) && facts["instance"] === sha256(entry.nonce);
  } catch {
    return false;
  }
}

async function isRunning(processId: number, startedAt: string): Promise<boolean> {
  const found = await readProcessStart(processId);
  return found !== undefined && found === startedAt;
}

async function endProcess({ processId, startedAt }: ChannelEntry): Promise<void> {
  const deadline = performance.now() + GENTLE_MS;
  signalProcess(processId, "SIGTERM");
  while (performance.now() < deadline) {
    if (!(await isRunning(processId, startedAt))) return;
    await delay(POLL_MS);
  }
  signalProcess(processId, "SIGKILL");
  while (await isRunning(processId, startedAt)) await delay(POLL_MS);
}
