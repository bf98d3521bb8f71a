import type { EngineAccount, EngineCapabilities } from "../../core/ports/engine.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { ProcessKind } from "../../core/turn/process-kind.ts";
import { abortable } from "../../lib/abortable.ts";
import type {
  AtPipe,
  ClaudeLauncher,
  FullOpening,
  LiveClaude,
  Opening,
  WaitingClaude,
} from "../claude/claude-launcher.ts";
import type { ClaudeCallbacks, StartOptions } from "../claude/claude-messages.ts";
import { describeAccount } from "../claude/describe-account.ts";
import type { ProcessSettings } from "../claude/process-settings.ts";
import { ProcessStarter } from "../claude/process-starter.ts";
import { accountOptions, sessionOptions, spareOptions, workerOptions } from "../claude/start-options.ts";
import type { ClaudeProcess, SpawnRequest } from "../process/claude-process.ts";
import { programCall } from "../process/program-call.ts";
import { ASSUMED_ABILITIES, capabilitiesOf, readAbilities, withoutUnwatched } from "./claude-abilities.ts";
import { CliConnection } from "./cli-connection.ts";
import { startArguments, startEnvironment, type StartManner } from "./start-arguments.ts";
import { makeWaitingFolder } from "./waiting-folder.ts";

export interface CliSettings extends ProcessSettings {
  /** The path of the `claude` to start. */
  readonly executable: string;
  /** The folder below which processes wait that were started ahead. */
  readonly waitingFolder: string;
}

/** What was started, with what it said of itself. */
type Started = LiveClaude & {
  readonly connection: CliConnection;
  readonly report: Awaited<ReturnType<CliConnection["initialize"]>>;
};

const NO_CALLBACKS: ClaudeCallbacks = { hooks: {} };

/** A release that has not listed its hooks by then counts as one that knows none. */
const LISTING_MS = 10_000;

/** Starts the installed `claude` and speaks its stream-json protocol. */
export class CliLauncher implements ClaudeLauncher {
  readonly name = "cli";
  readonly #settings: CliSettings;
  readonly #starter: ProcessStarter;
  #abilities = ASSUMED_ABILITIES;

  constructor(settings: CliSettings, logger: Logger) {
    this.#settings = settings;
    this.#starter = new ProcessStarter(logger);
  }

  get capabilities(): EngineCapabilities {
    return capabilitiesOf(this.#abilities);
  }

  start({ transcript, callbacks, ...opening }: FullOpening, signal: AbortSignal): Promise<LiveClaude> {
    return this.#launch(this.#optionsOf(opening), callbacks, { resume: transcript }, signal);
  }

  startAtPipe(
    { transcript, callbacks, ...opening }: FullOpening,
    untilRead: (signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<AtPipe> {
    return this.#starter.start(signal, async (spawn) => {
      const begun = this.#begin(this.#optionsOf(opening), callbacks, { resume: transcript }, spawn);
      // Its end is noticed by its exit.
      begun.live.catch(() => {});
      await Promise.race([untilRead(signal), begun.live]);
      return begun;
    });
  }

  startWorker(kind: ProcessKind, folder: string, signal: AbortSignal): Promise<LiveClaude> {
    return this.#launch(workerOptions(kind, folder, this.#settings), NO_CALLBACKS, {}, signal);
  }

  async startAhead(
    kind: ProcessKind,
    callbacks: ClaudeCallbacks,
    signal: AbortSignal,
  ): Promise<WaitingClaude> {
    const folder = await makeWaitingFolder(this.#settings.waitingFolder);
    try {
      const options = { ...spareOptions(kind, this.#settings), cwd: folder.path };
      const { connection, process } = await this.#launch(options, callbacks, { isAhead: true }, signal);
      void process.exited.then(() => folder.remove());
      return {
        process,
        claim: (opening) => {
          connection.claim(opening);
          return connection;
        },
        close: () => connection.close(),
      };
    } catch (error) {
      await folder.remove();
      throw error;
    }
  }

  async describeAccount(signal: AbortSignal): Promise<EngineAccount> {
    const options = accountOptions(this.#settings);
    const { connection, process, report } = await this.#launch(options, NO_CALLBACKS, {}, signal);
    try {
      const wanted = AbortSignal.any([signal, AbortSignal.timeout(LISTING_MS)]);
      const listing = await abortable(connection.listHooks(), wanted).catch(() => undefined);
      signal.throwIfAborted();
      this.#abilities = readAbilities(listing);
    } finally {
      connection.close();
      void process.terminate();
    }
    return describeAccount(report);
  }

  close(): Promise<void> {
    return this.#starter.close();
  }

  #optionsOf({ spec, permissionMode }: Opening): StartOptions {
    return sessionOptions(spec, permissionMode, this.#settings);
  }

  #launch(
    given: StartOptions,
    callbacks: ClaudeCallbacks,
    manner: Omit<StartManner, "asks">,
    signal: AbortSignal,
  ): Promise<Started> {
    return this.#starter.start(signal, (spawn) => this.#begin(given, callbacks, manner, spawn).live);
  }

  #begin(
    given: StartOptions,
    callbacks: ClaudeCallbacks,
    manner: Omit<StartManner, "asks">,
    spawn: (request: SpawnRequest) => ClaudeProcess,
  ): { readonly process: ClaudeProcess; readonly live: Promise<Started> } {
    const options = withoutUnwatched(given, this.#abilities);
    const process = spawn(this.#request(options, callbacks, manner));
    const connection = new CliConnection(process, callbacks);
    const live = connection.initialize(options).then((report) => ({ process, connection, report }));
    return { process, live };
  }

  #request(options: StartOptions, { canUseTool }: ClaudeCallbacks, manner: Omit<StartManner, "asks">) {
    const { command, args } = programCall(this.#settings.executable);
    return {
      command,
      args: [...args, ...startArguments(options, { ...manner, asks: canUseTool !== undefined })],
      cwd: options.cwd,
      env: startEnvironment(options),
    };
  }
}
