import { Client } from "@modelcontextprotocol/sdk/client/index.js";

import type { McpServer } from "../../core/words/mcp-server.ts";
import type { McpPlace, McpProbeResult } from "../../core/ports/mcp-probe.ts";
import { abortable } from "../../lib/abortable.ts";
import type { OrphanSweeper } from "../process/orphan-sweeper.ts";
import { MARKER_VARIABLE, newProcessMarker } from "../process/process-marker.ts";
import { connectTimeoutMs } from "./connect-timeout.ts";
import { describeServerFailure } from "./describe-server-failure.ts";
import { openTransport } from "./open-transport.ts";

/** More than any server has; stops at a server that lists pages without end. */
const MAX_PAGES = 100;

export interface McpProbeParts {
  /** The variables that every Claude Code process gets, and so each server that it starts. */
  readonly environment: Readonly<Record<string, string>>;
  readonly sweeper: OrphanSweeper;
  /** Default: as long as Claude Code would wait, and longer for the first start of a program. */
  readonly timeoutMs?: number;
}

/** See `ProbeMcpServer`. */
export async function probeMcpServer(
  { environment, sweeper, timeoutMs: givenMs }: McpProbeParts,
  server: McpServer,
  place: McpPlace,
  signal: AbortSignal,
): Promise<McpProbeResult> {
  signal.throwIfAborted();
  const start = { type: server.type, isFirst: place.isFirstStart };
  const timeoutMs = givenMs ?? connectTimeoutMs({ ...environment, ...place.environment }, start);
  const marker = newProcessMarker();
  const own = server.type === "stdio" ? server.env : {};
  const given = { ...environment, ...place.environment, ...own, [MARKER_VARIABLE]: marker };
  const secrets = { ...pickSecrets(environment), ...place.environment, ...own };
  const client = new Client({ name: "turnpike", version: "1" });
  const timeout = AbortSignal.timeout(timeoutMs);
  const { transport, errorOutput, leave } = openTransport(server, place.workspace, given);
  try {
    const toolCount = await abortable(countTools(client, transport), AbortSignal.any([signal, timeout]));
    await abortable(leave(), timeout).catch(() => {});
    return { status: "connected", toolCount };
  } catch (error) {
    signal.throwIfAborted();
    const waitedMs = timeout.aborted ? timeoutMs : undefined;
    return {
      status: "failed",
      ...describeServerFailure({ error, errorOutput: errorOutput(), server, secrets, waitedMs }),
    };
  } finally {
    const closed = client.close().catch(() => {});
    await Promise.all([closed, server.type === "stdio" && sweeper.sweep(marker)]);
  }
}

const SECRET_NAME = /KEY|TOKEN|SECRET|PASS|CREDENTIAL/i;

/** The other variables are not secret, and their values are too common to be removed from a text. */
function pickSecrets(environment: Readonly<Record<string, string>>): Record<string, string> {
  const named = Object.entries(environment).filter(([name]) => SECRET_NAME.test(name));
  return Object.fromEntries(named);
}

async function countTools(client: Client, transport: Parameters<Client["connect"]>[0]): Promise<number> {
  await client.connect(transport);
  if (client.getServerCapabilities()?.tools === undefined) return 0;
  let count = 0;
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { tools, nextCursor } = await client.listTools(cursor === undefined ? {} : { cursor });
    count += tools.length;
    if (nextCursor === undefined) break;
    cursor = nextCursor;
  }
  return count;
}
