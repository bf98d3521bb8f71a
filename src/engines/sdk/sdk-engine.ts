import { stat } from "node:fs/promises";

import {
  type ModelInfo,
  type Options,
  prewarm,
  query,
  type SDKUserMessage,
} from "@anthropic-ai/claude-agent-sdk";

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
import { ClaudeProcess } from "../process/claude-process.ts";
import { ProcessGuardian } from "../process/process-guardian.ts";
import { SdkSession } from "./sdk-session.ts";
import { SdkSpare } from "./sdk-spare.ts";
import { type ProcessSettings, sessionOptions, spareOptions } from "./session-options.ts";
import { toTranscript } from "./to-transcript.ts";
import { writeTranscriptFile } from "./transcript-file.ts";

export interface SdkEngineOptions extends ProcessSettings {
  /** Folder for transcripts while Claude Code reads them; only its owner may look inside. */
  readonly transcriptFolder: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

const TERMINATE_GRACE_MS = 2_000;

interface ProcessStart {
  readonly options: Options;
  /** @throws Error while the SDK has not started it */
  readonly process: () => ClaudeProcess;
  /** Ends the process at once, also when the SDK starts it only afterwards. */
  readonly end: () => void;
}

/** Drives Claude Code through the Agent SDK. */
export class SdkEngine implements Engine {
  readonly name = "sdk";
  readonly toTranscript = toTranscript;
  readonly #options: SdkEngineOptions;
  readonly #guardian = new ProcessGuardian();
  readonly #processes = new Set<ClaudeProcess>();

  constructor(options: SdkEngineOptions) {
    this.#options = options;
  }

  spareKey(profile: Profile): string {
    const { systemPrompt, builtinTools, permissionMode, settingSources } = profile;
    return JSON.stringify([systemPrompt, builtinTools, permissionMode, settingSources]);
  }

  async startSpare(profile: Profile, signal: AbortSignal): Promise<EngineSpare> {
    const start = this.#capture(spareOptions(profile, this.#options));
    return this.#started(start, signal, async () => {
      const spare = await prewarm({ options: start.options });
      return new SdkSpare({ spare, process: start.process(), ...this.#shared });
    });
  }

  async startSession(
    spec: SessionSpec,
    history: readonly TranscriptEntry[],
    signal: AbortSignal,
  ): Promise<EngineSession> {
    await requireWorkspace(spec.profile.workspace);
    const transcript =
      history.length > 0
        ? await writeTranscriptFile(this.#options.transcriptFolder, history, this.#options.clock())
        : undefined;
    const start = this.#capture({
      ...sessionOptions(spec, this.#options),
      ...(transcript ? { resume: transcript.path } : {}),
    });
    try {
      return await this.#started(start, signal, async () => {
        const input = new PushQueue<SDKUserMessage>();
        const running = query({ prompt: input, options: start.options });
        // By the time it answers it has read its history.
        await running.initializationResult();
        return new SdkSession({
          query: running,
          input,
          process: start.process(),
          history,
          hasTools: spec.profile.builtinTools === "on",
          ...this.#shared,
        });
      });
    } finally {
      await transcript?.remove();
    }
  }

  async describeAccount(signal: AbortSignal): Promise<EngineAccount> {
    const start = this.#capture({
      settingSources: ["user"],
      tools: [],
      persistSession: false,
      env: { ...this.#options.environment },
      ...(this.#options.executable === undefined
        ? {}
        : { pathToClaudeCodeExecutable: this.#options.executable }),
    });
    return this.#started(start, signal, async () => {
      const input = new PushQueue<SDKUserMessage>();
      const running = query({ prompt: input, options: start.options });
      const { account, models } = await running.initializationResult();
      input.end();
      running.close();
      void start.process().terminate(TERMINATE_GRACE_MS);
      const tokenSource = account.tokenSource === "none" ? undefined : account.tokenSource;
      const source = account.apiKeySource ?? tokenSource ?? providerName(account.apiProvider);
      return {
        isLoggedIn: source !== undefined,
        source: source ?? "none",
        models: models.map(describeModel),
      };
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#processes].map((process) => process.terminate(TERMINATE_GRACE_MS)));
    this.#guardian.close();
  }

  get #shared() {
    return { clock: this.#options.clock, logger: this.#options.logger };
  }

  /** Options with which the SDK starts its process through us, and the process once it has. */
  #capture(options: Options): ProcessStart {
    let started: ClaudeProcess | undefined;
    let isEnded = false;
    const spawnClaudeCodeProcess: NonNullable<Options["spawnClaudeCodeProcess"]> = (request) => {
      const claude = new ClaudeProcess(request, this.#guardian);
      started = claude;
      this.#processes.add(claude);
      void claude.exited.then(() => this.#processes.delete(claude));
      if (isEnded) void claude.terminate(0);
      // Proof: spawn was asked for pipes, so the child has the streams that SpawnedProcess wants.
      return claude.child as ReturnType<typeof spawnClaudeCodeProcess>;
    };
    return {
      options: { ...options, spawnClaudeCodeProcess },
      process: () => {
        if (!started) throw new Error("The Agent SDK has not started its process.");
        return started;
      },
      end: () => {
        isEnded = true;
        void started?.terminate(0);
      },
    };
  }

  /** Waits for a start; whatever ends the wait otherwise ends the process too. */
  async #started<Result>(
    start: ProcessStart,
    signal: AbortSignal,
    begin: () => Promise<Result>,
  ): Promise<Result> {
    signal.throwIfAborted();
    signal.addEventListener("abort", start.end, { once: true });
    try {
      return await begin();
    } catch (cause) {
      start.end();
      signal.throwIfAborted();
      throw startError(cause);
    } finally {
      signal.removeEventListener("abort", start.end);
    }
  }
}

function describeModel(model: ModelInfo): EngineModel {
  const described = { id: model.value, displayName: model.displayName };
  return model.resolvedModel === undefined ? described : { ...described, resolvedId: model.resolvedModel };
}

function providerName(provider: string | undefined): string | undefined {
  return provider === undefined || provider === "firstParty" ? undefined : provider;
}

function startError(cause: unknown): AppError {
  return new AppError(
    { kind: "engine-failed", message: "Claude Code could not be started. The server's log says why." },
    { cause },
  );
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
