import { stat } from "node:fs/promises";

import { type ModelInfo, prewarm, query, type SDKUserMessage } from "@anthropic-ai/claude-agent-sdk";

import { AppError } from "../../core/words/app-error.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type {
  Engine,
  EngineAccount,
  EngineModel,
  EngineSession,
  EngineSpare,
  SessionSpec,
  SessionStart,
} from "../../core/ports/engine.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { hasBuiltinTools, type ProcessKind } from "../../core/turn/process-kind.ts";
import { PushQueue } from "../../lib/push-queue.ts";
import { rebuildHistory } from "../claude/rebuild-history.ts";
import { requireFreeNames } from "../claude/tools/built-in-tools.ts";
import { AnsweringModel } from "../claude/answering-model.ts";
import { namesPrograms } from "../claude/git/names-programs.ts";
import { KnownModels, type ModelSources } from "../claude/known-models.ts";
import { ToolGate } from "../claude/tools/tool-gate.ts";
import { ownNotes, readNotes } from "../claude/notes/read-notes.ts";
import { placeOfCall } from "../claude/reach/read-guard.ts";
import { ProcessStarter } from "./process-starter.ts";
import { RefusedSchemas } from "../claude/refused-schemas.ts";
import { ClaudeSession } from "../claude/claude-session.ts";
import { SdkSpare } from "./sdk-spare.ts";
import {
  accountOptions,
  type ProcessSettings,
  readsFolderSettings,
  sessionOptions,
  spareOptions,
} from "./session-options.ts";
import { TrustRecords } from "../claude/trust/trust-records.ts";
import { openCallIds } from "../claude/content/open-calls.ts";
import { toTranscript } from "../claude/content/to-transcript.ts";
import { privateRules } from "../claude/tools/private-paths.ts";
import { writeTranscriptFile } from "../claude/content/transcript-file.ts";

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
  readonly openCallIds = openCallIds;
  readonly checkTools = requireFreeNames;
  readonly #options: SdkEngineOptions;
  readonly #starter: ProcessStarter;
  readonly #models = new KnownModels();
  readonly #schemas = new RefusedSchemas();
  readonly #trusted: TrustRecords;
  readonly #deniedAlways: readonly string[];

  constructor(options: SdkEngineOptions) {
    this.#options = options;
    this.#deniedAlways = privateRules(options.privatePaths ?? []);
    this.#starter = new ProcessStarter(options.logger);
    this.#trusted = new TrustRecords(options.logger);
  }

  startSpare(kind: ProcessKind, signal: AbortSignal): Promise<EngineSpare> {
    const gate = this.#newGate(kind);
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
    const gate = this.#newGate(spec.kind);
    const hasTools = hasBuiltinTools(spec.kind);
    const model = new AnsweringModel(spec.model, spec.kind, this.#models);
    const { entries, holdsFirstTurn } = rebuildHistory(history, firstTurn, {
      abilities: model.abilities,
      schemas: this.#schemas,
    });
    const { transcriptFolder, clock } = this.#options;
    await using transcript =
      entries.length > 0 ? await writeTranscriptFile(transcriptFolder, entries, clock()) : undefined;
    const given = {
      ...sessionOptions(spec, firstTurn.permissions.mode, this.#options),
      ...gate.options(spec.kind),
      ...(transcript ? { resume: transcript.path } : {}),
    };
    return await this.#starter.start(given, signal, async ({ options, spawned }) => {
      const input = new PushQueue<SDKUserMessage>();
      const running = query({ prompt: input, options });
      // By the time it answers it has read its history.
      await running.initializationResult();
      return new ClaudeSession({
        query: running,
        input,
        process: spawned(),
        gate,
        model,
        workspace: spec.workspace,
        permissionMode: firstTurn.permissions.mode,
        history: entries,
        holdsFirstTurn,
        hasTools,
        ...this.#shared,
      });
    });
  }

  async prepareFolder(kind: ProcessKind, workspace: string): Promise<Pick<SessionSpec, "notes">> {
    const { privatePaths = [] } = this.#options;
    const environment = { ...this.#options.environment, ...kind.environment };
    if (readsFolderSettings(kind)) await this.#trusted.record(workspace, environment);
    if (!kind.isGivenNotes) return {};
    return { notes: await readNotes(workspace, { excluded: [...privatePaths, ...ownNotes(environment)] }) };
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

  #newGate(kind: ProcessKind): ToolGate {
    const { logger, privatePaths = [], privateFolders = [] } = this.#options;
    const environment = { ...this.#options.environment, ...kind.environment };
    const guarded = {
      privatePaths: [...privatePaths, ...privateFolders],
      environment,
      settingSources: kind.settingSources,
    };
    return new ToolGate((error) => logger.error("tool-gate.failed", { error }), {
      privateFolders,
      placeOfCall: (call, turn) => placeOfCall(call, turn, guarded),
      // What a trusted repository names is the operator's.
      ...(!readsFolderSettings(kind) && {
        namesPrograms: (folder: string) => namesPrograms(folder, environment),
      }),
    });
  }

  get #shared() {
    const { clock, logger } = this.#options;
    return { schemas: this.#schemas, deniedAlways: this.#deniedAlways, clock, logger };
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
