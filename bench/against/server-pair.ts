import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { ClientTool } from "../../src/core/words/client-tool.ts";
import { findClaude } from "../../src/engines/sdk/find-claude.ts";
import type { CleanUp } from "../../src/lib/clean-up.ts";
import { delay } from "../../src/lib/time.ts";
import { BENCH_PROFILES, type BenchProfileName } from "../bench-profiles.ts";
import { openDashboard } from "../log/open-dashboard.ts";
import { claudeEnvironment, SETTLE_MS } from "../test-bed.ts";
import { TurnpikeClient } from "../turnpike/turnpike-client.ts";
import { type ConversationHistory, TurnpikeConversation } from "../turnpike/turnpike-conversation.ts";
import { startTurnpikeServer } from "../turnpike/turnpike-server.ts";

/** What makes one server of a pair another one than its neighbour. */
export interface PairSide {
  /** A checkout with its packages installed. Default: this one. */
  readonly buildFolder?: string;
  /** A file with requests that are on record before the start; it is copied. Default: none are. */
  readonly requestLogFile?: string;
  /** Somebody has the dashboard open. */
  readonly isWatched?: boolean;
}

export interface ServerPairOptions {
  readonly profile: BenchProfileName;
  readonly modelUrl: string;
  readonly sides: Readonly<Record<SideName, PairSide>>;
  /** For everything that is written; removed by the caller. */
  readonly folder: string;
}

export type SideName = "own" | "other";

/** Two servers with the same Claude Code, settings and model. */
export interface ServerPair {
  newConversation(
    side: SideName,
    history: ConversationHistory,
    tools?: readonly ClientTool[],
  ): TurnpikeConversation;
  /** Resolves when nothing is starting any more, on either side. */
  settle(): Promise<void>;
}

const OWN_FOLDER = fileURLToPath(new URL("../../", import.meta.url));

export async function startServerPair(options: ServerPairOptions, cleanUp: CleanUp): Promise<ServerPair> {
  const { profile, sides, folder } = options;
  // Another one would be measured too.
  const { path: executable } = await findClaude(undefined, { PATH: process.env["PATH"] ?? "" });
  const start = async (name: SideName): Promise<TurnpikeClient> => {
    const { buildFolder = OWN_FOLDER, requestLogFile, isWatched } = sides[name];
    const workspace = join(folder, name, "workspace");
    const dataDir = join(folder, name, "data");
    await mkdir(workspace, { recursive: true });
    await mkdir(dataDir, { mode: 0o700 });
    if (requestLogFile !== undefined) await copyFile(requestLogFile, join(dataDir, "requests.db"));
    const environment = claudeEnvironment(options, name);
    const server = await startTurnpikeServer(
      { environment, dataDir, workspace, buildFolder, executable },
      cleanUp,
    );
    const client = new TurnpikeClient(server);
    cleanUp.defer(() => client.close());
    await client.untilQuiet();
    if (isWatched) await openDashboard({ server, dataDir, environment }, cleanUp);
    return client;
  };
  const clients = { own: await start("own"), other: await start("other") };
  let tags = 0;
  return {
    newConversation(side, history, tools) {
      const tag = `${profile}-${side}-${(tags += 1)}`;
      const { modelId: model } = BENCH_PROFILES[profile];
      return new TurnpikeConversation({ client: clients[side], model, tag, history, tools });
    },
    async settle() {
      await clients.own.untilQuiet();
      await clients.other.untilQuiet();
      await delay(SETTLE_MS);
    },
  };
}
