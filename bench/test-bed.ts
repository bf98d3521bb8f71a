import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { BUILT_IN_PROFILES } from "../src/config/build/built-in-profiles.ts";
import type { ClientTool } from "../src/core/words/client-tool.ts";
import type { SessionSpec } from "../src/core/ports/engine-session.ts";
import { isStateless, processKind } from "../src/core/turn/process-kind.ts";
import { CleanUp } from "../src/lib/clean-up.ts";
import { delay } from "../src/lib/time.ts";
import { BareSdk } from "./bare/bare-sdk.ts";
import { BENCH_PROFILES, type BenchProfileName } from "./bench-profiles.ts";
import { TurnpikeClient } from "./turnpike/turnpike-client.ts";
import { type ConversationHistory, TurnpikeConversation } from "./turnpike/turnpike-conversation.ts";
import { startTurnpikeServer } from "./turnpike/turnpike-server.ts";

/** What the processes of one server had just done should not weigh on the next measurement. */
export const SETTLE_MS = 40;

export interface TestBedOptions {
  readonly profile: BenchProfileName;
  readonly modelUrl: string;
  /** For everything that is written; removed by the caller. */
  readonly folder: string;
  readonly samples: number;
  /** Only whether it works: small numbers of everything. */
  readonly isSmoke: boolean;
}

/** A fresh Turnpike server and the bare SDK side by side, both with one profile and the same model. */
export interface TestBed extends Pick<TestBedOptions, "samples" | "isSmoke" | "folder"> {
  readonly client: TurnpikeClient;
  readonly sdk: BareSdk;
  /** The profile's own model id. */
  readonly modelId: string;
  /** Turns are one call of the model each, and run on workers. */
  readonly hasWorkers: boolean;
  readonly spec: SessionSpec;
  /** Of a conversation in which the client declares tools. */
  readonly toolSpec: SessionSpec;
  /** For processes of Claude Code, with a home of their own. */
  environmentOf(side: string): Record<string, string>;
  /** A name that nothing else in this run has. */
  newTag(): string;
  newConversation(history: ConversationHistory, tools?: readonly ClientTool[]): TurnpikeConversation;
  /** Resolves when nothing is starting any more. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export async function startTestBed(options: TestBedOptions): Promise<TestBed> {
  const cleanUp = new CleanUp();
  try {
    return await buildTestBed(options, cleanUp);
  } catch (error) {
    await cleanUp.run();
    throw error;
  }
}

async function buildTestBed(options: TestBedOptions, cleanUp: CleanUp): Promise<TestBed> {
  const { profile: name, folder, samples, isSmoke } = options;
  const { modelId, model } = BENCH_PROFILES[name];
  const workspace = join(folder, "workspace");
  await mkdir(workspace, { recursive: true });
  const sdk = new BareSdk({ environment: claudeEnvironment(options, "bare"), upstreamRetries: 2 }, cleanUp);
  const server = await startTurnpikeServer(
    { environment: claudeEnvironment(options, "turnpike"), dataDir: join(folder, "data"), workspace },
    cleanUp,
  );
  const client = new TurnpikeClient(server);
  cleanUp.defer(() => client.close());
  await client.untilQuiet();

  let tags = 0;
  const newTag = () => `${name}-${(tags += 1)}`;
  const profile = BUILT_IN_PROFILES[name];
  if (!profile) throw new Error(`There is no built-in profile "${name}".`);
  const specWith = (hasTools: boolean): SessionSpec => {
    const kind = processKind({ ...profile, engine: "sdk", name, workspace }, { hasClientTools: hasTools });
    return { kind, workspace, model, instructions: "", systemText: "" };
  };
  return {
    samples,
    isSmoke,
    folder,
    client,
    sdk,
    modelId,
    hasWorkers: isStateless(specWith(false).kind),
    environmentOf: (side) => claudeEnvironment(options, side),
    spec: specWith(false),
    toolSpec: specWith(true),
    newTag,
    newConversation: (history, tools) =>
      new TurnpikeConversation({ client, model: modelId, tag: newTag(), history, tools }),
    async settle() {
      await client.untilQuiet();
      await delay(SETTLE_MS);
    },
    close: () => cleanUp.run(),
  };
}

/** A home of its own for each side, so that no settings, logins or sessions of this machine play a part. */
export function claudeEnvironment(
  { modelUrl, folder }: Pick<TestBedOptions, "modelUrl" | "folder">,
  side: string,
): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    ANTHROPIC_BASE_URL: modelUrl,
    ANTHROPIC_API_KEY: "sk-ant-bench",
    CLAUDE_CONFIG_DIR: join(folder, `claude-${side}`),
  };
}
