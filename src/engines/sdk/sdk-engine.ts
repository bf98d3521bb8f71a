import { randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";

import {
  type McpServerConfig,
  type ModelInfo,
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
  SessionStart,
} from "../../core/ports/engine.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { hasBuiltinTools, type ProcessKind } from "../../core/process-kind.ts";
import { PushQueue } from "../../lib/push-queue.ts";
import { beginTurn, beginsByItself } from "./begin-turn.ts";
import { requireFreeNames } from "./tools/built-in-tools.ts";
import { AnsweringModel } from "./answering-model.ts";
import { KnownModels, type ModelSources } from "./known-models.ts";
import { ToolGate } from "./tools/tool-gate.ts";
import { type PrivateFile, writePrivateFile } from "./private-file.ts";
import { ProcessStarter } from "./process-starter.ts";
import { RefusedSchemas } from "./refused-schemas.ts";
import { SdkSession } from "./sdk-session.ts";
import { SdkSpare } from "./sdk-spare.ts";
import {
  accountOptions,
  pickServers,
  type ProcessSettings,
  resumedTurnOptions,
  sessionOptions,
  spareOptions,
} from "./session-options.ts";
import { toTranscript } from "./content/to-transcript.ts";
import { writeTranscriptFile } from "./content/transcript-file.ts";

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
  readonly checkTools = requireFreeNames;
  readonly #options: SdkEngineOptions;
  readonly #starter: ProcessStarter;
  readonly #models = new KnownModels();
  readonly #schemas = new RefusedSchemas();

  constructor(options: SdkEngineOptions) {
    this.#options = options;
    this.#starter = new ProcessStarter(options.logger);
  }

  startSpare(kind: ProcessKind, signal: AbortSignal): Promise<EngineSpare> {
    const gate = this.#newGate();
    const given = { ...spareOptions(kind, this.#options), ...gate.options(kind) };
    return this.#starter.start(given, signal, async ({ options, spawned }) => {
      const spare = await prewarm({ options });
      return new SdkSpare({ spare, process: spawned(), gate, models: this.#models, ...this.#shared });
    });
  }

  async startSession(
    { spec, history, firstTurn }: SessionStart,
    signal: AbortSignal,
  ): Promise<EngineSession> {
    await requireWorkspace(spec.workspace);
    const gate = this.#newGate();
    const hasTools = hasBuiltinTools(spec.kind);
    const model = new AnsweringModel(spec.model, spec.kind, this.#models);
    const beginning = beginsByItself(firstTurn)
      ? beginTurn(firstTurn, gate.desk, {
          history: [],
          abilities: model.abilities,
          schemas: this.#schemas,
          hasTools,
          isStarting: true,
        })
      : undefined;
    const past = beginning ? [...history, { role: "user" as const, content: beginning.content }] : history;
    const { transcriptFolder, clock } = this.#options;
    await using transcript =
      past.length > 0 ? await writeTranscriptFile(transcriptFolder, past, clock()) : undefined;
    await using servers = beginning?.servers && (await this.#writeServers(beginning.servers));
    const base = sessionOptions(spec, firstTurn.permissions.mode, this.#options);
    const given = {
      ...base,
      ...gate.options(spec.kind),
      ...(transcript ? { resume: transcript.path } : {}),
      ...(beginning && resumedTurnOptions(base, beginning, firstTurn.permissions, servers?.path)),
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
        gate,
        model,
        workspace: spec.workspace,
        permissionMode: firstTurn.permissions.mode,
        history: past,
        hasTools,
        ...(beginning && { begunWith: beginning.settings }),
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
      const described = models.map(describeModel);
      this.#models.learnAccount(described);
      return { isLoggedIn: source !== undefined, source: source ?? "none", models: described };
    });
  }

  resolveModel(model: string, sources: ModelSources): string {
    return this.#models.guess(model, sources);
  }

  close(): Promise<void> {
    return this.#starter.close();
  }

  /** Undefined when all of them run in this process. */
  async #writeServers(servers: Record<string, McpServerConfig>): Promise<PrivateFile | undefined> {
    const mcpServers = pickServers(servers, false);
    if (Object.keys(mcpServers).length === 0) return undefined;
    const { transcriptFolder } = this.#options;
    return writePrivateFile(transcriptFolder, `${randomUUID()}.json`, JSON.stringify({ mcpServers }));
  }

  #newGate(): ToolGate {
    return new ToolGate((error) => this.#options.logger.error("tool-gate.failed", { error }));
  }

  get #shared() {
    return { schemas: this.#schemas, clock: this.#options.clock, logger: this.#options.logger };
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
