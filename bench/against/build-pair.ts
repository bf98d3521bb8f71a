import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { ClientTool } from "../../src/core/words/client-tool.ts";
import { findClaude } from "../../src/engines/sdk/find-claude.ts";
import type { CleanUp } from "../../src/lib/clean-up.ts";
import { delay } from "../../src/lib/time.ts";
import { BENCH_PROFILES, type BenchProfileName } from "../bench-profiles.ts";
import { claudeEnvironment, SETTLE_MS } from "../test-bed.ts";
import { TurnpikeClient } from "../turnpike/turnpike-client.ts";
import { type ConversationHistory, TurnpikeConversation } from "../turnpike/turnpike-conversation.ts";
import { startTurnpikeServer } from "../turnpike/turnpike-server.ts";

export interface BuildPairOptions {
  readonly profile: BenchProfileName;
  readonly modelUrl: string;
  /** Of the other build: a checkout with its packages installed. */
  readonly otherFolder: string;
  /** For everything that is written; removed by the caller. */
  readonly folder: string;
}

export type BuildName = "own" | "other";

/** Two servers, of this build and another one, with the same Claude Code, settings and model. */
export interface BuildPair {
  newConversation(
    build: BuildName,
    history: ConversationHistory,
    tools?: readonly ClientTool[],
  ): TurnpikeConversation;
  /** Resolves when nothing is starting any more, on either side. */
  settle(): Promise<void>;
}

const OWN_FOLDER = fileURLToPath(new URL("../../", import.meta.url));

export async function startBuildPair(options: BuildPairOptions, cleanUp: CleanUp): Promise<BuildPair> {
  const { profile, otherFolder, folder } = options;
  // Another one would be measured too.
  const { path: executable } = await findClaude(undefined, { PATH: process.env["PATH"] ?? "" });
  const start = async (name: BuildName, buildFolder: string): Promise<TurnpikeClient> => {
    const workspace = join(folder, name, "workspace");
    await mkdir(workspace, { recursive: true });
    const environment = claudeEnvironment(options, name);
    const dataDir = join(folder, name, "data");
    const server = await startTurnpikeServer(
      { environment, dataDir, workspace, buildFolder, executable },
      cleanUp,
    );
    const client = new TurnpikeClient(server);
    cleanUp.defer(() => client.close());
    await client.untilQuiet();
    return client;
  };
  const clients = { own: await start("own", OWN_FOLDER), other: await start("other", otherFolder) };
  let tags = 0;
  return {
    newConversation(build, history, tools) {
      const tag = `${profile}-${build}-${(tags += 1)}`;
      const { modelId: model } = BENCH_PROFILES[profile];
      return new TurnpikeConversation({ client: clients[build], model, tag, history, tools });
    },
    async settle() {
      await clients.own.untilQuiet();
      await clients.other.untilQuiet();
      await delay(SETTLE_MS);
    },
  };
}
