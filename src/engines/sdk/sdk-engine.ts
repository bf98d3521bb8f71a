import { stat } from "node:fs/promises";

import { type ModelInfo, prewarm, query, type SDKUserMessage } from "@anthropic-ai/claude-agent-sdk";

import { AppError } from "../../core/app-error.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type {
  Engine,
  EngineAccount,
  EngineModel,
  EngineSession,
  EngineSpare,
  SessionSpec,
} from "../../core/ports/engine.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { Profile } from "../../core/profile.ts";
import type { TranscriptEntry } from "../../core/transcript.ts";
import { PushQueue } from "../../lib/push-queue.ts";
import { ProcessStarter } from "./process-starter.ts";
import { SdkSession } from "./sdk-session.ts";
import { SdkSpare } from "./sdk-spare.ts";
import { accountOptions, type ProcessSettings, sessionOptions, spareOptions } from "./session-options.ts";
import { toTranscript } from "./to-transcript.ts";
import { writeTranscriptFile } from "./transcript-file.ts";

export interface SdkEngineOptions extends ProcessSettings {
  /** Folder for transcripts while Claude Code reads them; only its owner may look inside. */
  readonly transcriptFolder: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Drives Claude Code through the Agent SDK. */
export class SdkEngine implements Engine {
  readonly name = "sdk";
  readonly toTranscript = toTranscript;
  readonly #options: SdkEngineOptions;
  readonly #starter: ProcessStarter;

  constructor(options: SdkEngineOptions) {
    this.#options = options;
    this.#starter = new ProcessStarter(options.logger);
  }

  spareKey(profile: Profile): string {
    const { systemPrompt, builtinTools, permissionMode, settingSources } = profile;
    return JSON.stringify([systemPrompt, builtinTools, permissionMode, settingSources]);
  }

  startSpare(profile: Profile, signal: AbortSignal): Promise<EngineSpare> {
    return this.#starter.start(spareOptions(profile, this.#options), signal, async ({ options, spawned }) => {
      const spare = await prewarm({ options });
      return new SdkSpare({ spare, process: spawned(), ...this.#shared });
    });
  }

  async startSession(
    spec: SessionSpec,
    history: readonly TranscriptEntry[],
    signal: AbortSignal,
  ): Promise<EngineSession> {
    await requireWorkspace(spec.profile.workspace);
    const { transcriptFolder, clock } = this.#options;
    await using transcript =
      history.length > 0 ? await writeTranscriptFile(transcriptFolder, history, clock()) : undefined;
    const given = {
      ...sessionOptions(spec, this.#options),
      ...(transcript ? { resume: transcript.path } : {}),
    };
    return await this.#starter.start(given, signal, async ({ options, spawned }) => {
      const input = new PushQueue<SDKUserMessage>();
      const running = query({ prompt: input, options });
      // By the time it answers it has read its history.
      await running.initializationResult();
      return new SdkSession({
        query: running,
        input,
        process: spawned(),
        history,
        hasTools: spec.profile.builtinTools === "on",
        ...this.#shared,
      });
    });
  }

  describeAccount(signal: AbortSignal): Promise<EngineAccount> {
    return this.#starter.start(accountOptions(this.#options), signal, async ({ options, spawned }) => {
      const input = new PushQueue<SDKUserMessage>();
      const running = query({ prompt: input, options });
      const { account, models } = await running.initializationResult();
      input.end();
      running.close();
      void spawned().terminate();
      const tokenSource = account.tokenSource === "none" ? undefined : account.tokenSource;
      const source = account.apiKeySource ?? tokenSource ?? providerName(account.apiProvider);
      return {
        isLoggedIn: source !== undefined,
        source: source ?? "none",
        models: models.map(describeModel),
      };
    });
  }

  close(): Promise<void> {
    return this.#starter.close();
  }

  get #shared() {
    return { clock: this.#options.clock, logger: this.#options.logger };
  }
}

function describeModel(model: ModelInfo): EngineModel {
  const described = { id: model.value, displayName: model.displayName };
  return model.resolvedModel === undefined ? described : { ...described, resolvedId: model.resolvedModel };
}

function providerName(provider: string | undefined): string | undefined {
  return provider === undefined || provider === "firstParty" ? undefined : provider;
}

/** A missing folder would make the SDK report a missing binary. */
async function requireWorkspace(workspace: string): Promise<void> {
  const isFolder = await stat(workspace).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (isFolder) return;
  throw new AppError({
    kind: "engine-failed",
    message: "The workspace folder of this profile does not exist any more. Create it or change `workspace`.",
  });
}
