import { stat } from "node:fs/promises";

import { AppError } from "../../core/words/app-error.ts";
import { hasOwnAccount } from "../../core/watches/account-watch.ts";
import type { Clock } from "../../core/ports/clock.ts";
import {
  type Engine,
  type EngineAccount,
  type EngineCapabilities,
  WorkersUnavailable,
} from "../../core/ports/engine.ts";
import type {
  EngineSession,
  EngineSpare,
  EngineStandby,
  SessionSpec,
  SessionStart,
  TurnInput,
} from "../../core/ports/engine-session.ts";
import type { Logger } from "../../core/ports/logger.ts";
import {
  hasBuiltinTools,
  isStateless,
  type ProcessKind,
  processKindKey,
} from "../../core/turn/process-kind.ts";
import type { PermissionMode } from "../../core/words/permission-mode.ts";
import { AnsweringModel } from "./answering-model.ts";
import type { ClaudeLauncher, LiveClaude } from "./claude-launcher.ts";
import { ClaudeSession } from "./claude-session.ts";
import { ClaudeSpare } from "./claude-spare.ts";
import { openCallIds } from "./content/open-calls.ts";
import { toTranscript } from "./content/to-transcript.ts";
import { writeTranscriptFile } from "./content/transcript-file.ts";
import type { HearPlan } from "./failures/plan-windows.ts";
import { namesPrograms } from "./git/names-programs.ts";
import { KnownModels, type ModelSources } from "./known-models.ts";
import { ownNotes, readNotes } from "./notes/read-notes.ts";
import { processEnvironment, type ProcessSettings, readsFolderSettings } from "./process-settings.ts";
import { startError } from "./process-starter.ts";
import { placeOfCall } from "./reach/read-guard.ts";
import { rebuildHistory, type RebuiltHistory } from "./rebuild-history.ts";
import { RefusedSchemas } from "./refused-schemas.ts";
import { requireFreeNames } from "./tools/built-in-tools.ts";
import { HistoryPipe } from "./standby/history-pipe.ts";
import { ClaudeStandby } from "./standby/claude-standby.ts";
import { settingsStamp } from "./standby/settings-stamp.ts";
import { privateRules } from "./tools/private-paths.ts";
import { ToolGate } from "./tools/tool-gate.ts";
import { TrustRecords } from "./trust/trust-records.ts";
import { findApiRoute } from "./worker/api-route.ts";
import { CanaryApi, type Heard } from "./worker/canary-api.ts";
import { ClaudeWorker } from "./worker/claude-worker.ts";
import { ensureFolder } from "../../lib/ensure-folder.ts";

export interface ClaudeEngineOptions extends ProcessSettings {
  /** Folder that holds transcripts while Claude Code reads them; only its owner may look inside. */
  readonly transcriptFolder: string;
  /** Whether turns that are one call of the model may run on workers. Default: no. */
  readonly hasWorkers?: boolean;
  /** Told of what the API says of the plan of the server's own account. */
  readonly hearPlan?: HearPlan;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A process that finds no credentials asks nobody, which may change soon. Until then a session tells what is wrong. */
const SILENCE_MS = 60_000;

/** Drives Claude Code, however it is started and reached. */
export class ClaudeEngine implements Engine {
  readonly name: string;
  readonly toTranscript = toTranscript;
  readonly openCallIds = openCallIds;
  readonly checkTools = requireFreeNames;
  readonly startSpare?: NonNullable<Engine["startSpare"]>;
  readonly startStandby?: NonNullable<Engine["startStandby"]>;
  readonly #options: ClaudeEngineOptions;
  readonly #launcher: ClaudeLauncher;
  readonly #models = new KnownModels();
  readonly #schemas = new RefusedSchemas();
  readonly #trusted: TrustRecords;
  readonly #deniedAlways: readonly string[];
  #canaryApi: Promise<CanaryApi> | undefined;
  /** The kinds of which a process did not do what a worker has to, and until when that counts; milliseconds since the epoch. */
  readonly #withoutWorkers = new Map<string, number>();

  constructor(options: ClaudeEngineOptions, launcher: ClaudeLauncher) {
    this.name = launcher.name;
    this.#options = options;
    this.#launcher = launcher;
    this.#deniedAlways = privateRules(options.privatePaths ?? []);
    this.#trusted = new TrustRecords(options.logger);
    const startAhead = launcher.startAhead?.bind(launcher);
    if (startAhead) this.startSpare = (kind, signal) => this.#startSpare(startAhead, kind, signal);
    // It takes named pipes.
    if (process.platform !== "win32") this.startStandby = (spec, signal) => this.#startStandby(spec, signal);
  }

  get capabilities(): EngineCapabilities {
    return this.#launcher.capabilities;
  }

  async startSession(start: SessionStart, signal: AbortSignal): Promise<EngineSession> {
    const { spec, firstTurn } = start;
    await requireWorkspace(spec.workspace);
    const gate = this.#newGate(spec.kind);
    const rebuilt = this.#rebuild(start);
    const { entries } = rebuilt;
    const { transcriptFolder, clock } = this.#options;
    await using transcript =
      entries.length > 0 ? await writeTranscriptFile(transcriptFolder, entries, clock()) : undefined;
    const permissionMode = firstTurn.permissions.mode;
    const live = await this.#launcher.start(
      { spec, permissionMode, callbacks: gate.callbacks(spec.kind), transcript: transcript?.path },
      signal,
    );
    return this.#openSession(live, gate, spec, firstTurn, rebuilt);
  }

  hasWorkers(kind: ProcessKind): boolean {
    const { hasWorkers, clock } = this.#options;
    if (!hasWorkers || clock() < (this.#withoutWorkers.get(processKindKey(kind)) ?? 0)) return false;
    return isStateless(kind) && findApiRoute(processEnvironment(kind, this.#options)) !== undefined;
  }

  async startWorker(kind: ProcessKind, signal: AbortSignal): Promise<EngineSession> {
    const { transcriptFolder: folder, clock, logger } = this.#options;
    const route = findApiRoute(processEnvironment(kind, this.#options));
    if (!route)
      throw new WorkersUnavailable("A request of ours may not take the place of Claude Code's own here.");
    await ensureFolder(folder, 0o700);
    const live = await this.#launcher.startWorker(kind, folder, signal);
    const api = await (this.#canaryApi ??= CanaryApi.open());
    const { deadEnd } = api;
    const known = { sources: kind, models: this.#models, schemas: this.#schemas, route, deadEnd };
    const worker = new ClaudeWorker({ ...live, ...known, ...this.#planOf(kind), folder, clock, logger });
    let heard: Heard;
    try {
      heard = await api.prove((canary) => worker.sings(canary));
      if (heard === "song") return worker;
    } catch (error) {
      void worker.close();
      signal.throwIfAborted();
      logger.error("process.failed-to-start", { error, errorOutput: live.process.errorOutput });
      throw startError(error);
    }
    await worker.close();
    signal.throwIfAborted();
    const forMs = heard === "silence" ? SILENCE_MS : Number.POSITIVE_INFINITY;
    this.#withoutWorkers.set(processKindKey(kind), clock() + forMs);
    logger.error("workers.unavailable", { engine: this.name, heard });
    throw new WorkersUnavailable("Claude Code does not send the requests that it is given.");
  }

  async prepareFolder(kind: ProcessKind, workspace: string): Promise<Pick<SessionSpec, "notes">> {
    const { privatePaths = [] } = this.#options;
    const environment = { ...this.#options.environment, ...kind.environment };
    if (readsFolderSettings(kind)) await this.#trusted.record(workspace, environment);
    if (!kind.isGivenNotes) return {};
    return { notes: await readNotes(workspace, { excluded: [...privatePaths, ...ownNotes(environment)] }) };
  }

  async describeAccount(signal: AbortSignal): Promise<EngineAccount> {
    const account = await this.#launcher.describeAccount(signal);
    this.#models.learnAccount(account.models);
    return account;
  }

  resolveModel(model: string, sources: ModelSources): string {
    return this.#models.guess(model, sources);
  }

  async close(): Promise<void> {
    await this.#launcher.close();
    await (await this.#canaryApi)?.close();
  }

  async #startSpare(
    startAhead: NonNullable<ClaudeLauncher["startAhead"]>,
    kind: ProcessKind,
    signal: AbortSignal,
  ): Promise<EngineSpare> {
    const gate = this.#newGate(kind);
    const waiting = await startAhead(kind, gate.callbacks(kind), signal);
    return new ClaudeSpare(waiting, (spec, firstTurn) => {
      const connection = waiting.claim({ spec, permissionMode: firstTurn.permissions.mode });
      return this.#openSession({ connection, process: waiting.process }, gate, spec, firstTurn);
    });
  }

  async #startStandby(spec: SessionSpec, signal: AbortSignal): Promise<EngineStandby> {
    await requireWorkspace(spec.workspace);
    const { kind, workspace } = spec;
    const { transcriptFolder, environment, clock } = this.#options;
    const gate = this.#newGate(kind);
    const stamp = () => settingsStamp(kind, workspace, { ...environment, ...kind.environment });
    const before = await stamp();
    const pipe = await HistoryPipe.make(transcriptFolder);
    try {
      const opening = { spec, permissionMode: "default", callbacks: gate.callbacks(kind) } as const;
      const waiting = await this.#launcher.startAtPipe(
        { ...opening, transcript: pipe.path },
        (ending) => pipe.untilRead(ending),
        signal,
      );
      return new ClaudeStandby({
        waiting,
        pipe,
        isCurrent: async () => (await stamp()) === before,
        rebuild: (start) => this.#rebuild(start),
        open: (live, { firstTurn }, rebuilt) =>
          this.#openSession(live, gate, spec, firstTurn, rebuilt, opening.permissionMode),
        clock,
      });
    } catch (error) {
      await pipe.remove();
      throw error;
    }
  }

  #rebuild({ spec, history, firstTurn }: SessionStart): RebuiltHistory {
    const { abilities } = this.#modelOf(spec);
    return rebuildHistory(history, firstTurn, { abilities, schemas: this.#schemas });
  }

  /** `permissionMode`: the one that the process was started or claimed with. */
  #openSession(
    live: LiveClaude,
    gate: ToolGate,
    spec: SessionSpec,
    firstTurn: TurnInput,
    { entries, holdsFirstTurn }: RebuiltHistory = { entries: [], holdsFirstTurn: false },
    permissionMode: PermissionMode = firstTurn.permissions.mode,
  ): ClaudeSession {
    const { clock, logger } = this.#options;
    return new ClaudeSession({
      ...live,
      gate,
      model: this.#modelOf(spec),
      workspace: spec.workspace,
      systemText: spec.systemText,
      permissionMode,
      history: entries,
      holdsFirstTurn,
      hasTools: hasBuiltinTools(spec.kind),
      ...this.#planOf(spec.kind),
      schemas: this.#schemas,
      deniedAlways: this.#deniedAlways,
      clock,
      logger,
    });
  }

  /** A profile may have an account of its own: what is said of that is not of the server's. */
  #planOf({ environment }: ProcessKind): { readonly hearPlan?: HearPlan } {
    const { hearPlan } = this.#options;
    return hearPlan && !hasOwnAccount(environment) ? { hearPlan } : {};
  }

  #modelOf({ model, kind }: SessionSpec): AnsweringModel {
    return new AnsweringModel(model, kind, this.#models);
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
      // What a trusted repository names counts as the operator's own.
      ...(!readsFolderSettings(kind) && {
        namesPrograms: (folder: string) => namesPrograms(folder, environment),
      }),
    });
  }
}

/** Without this check, a missing folder would look like a missing binary. */
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
