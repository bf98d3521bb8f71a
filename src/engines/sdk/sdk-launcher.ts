import {
  type Options,
  prewarm,
  type Query,
  query,
  type SDKUserMessage,
  type SpareProcess,
} from "@anthropic-ai/claude-agent-sdk";

import { type EngineAccount, EVERY_CAPABILITY } from "../../core/ports/engine.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { ProcessKind } from "../../core/turn/process-kind.ts";
import { PushQueue } from "../../lib/push-queue.ts";
import { ClaimWatch } from "../claude/claim-watch.ts";
import type { ClaudeConnection } from "../claude/claude-connection.ts";
import type {
  AtPipe,
  ClaudeLauncher,
  FullOpening,
  LiveClaude,
  Opening,
  WaitingClaude,
} from "../claude/claude-launcher.ts";
import type { ClaudeCallbacks } from "../claude/claude-messages.ts";
import { describeAccount } from "../claude/describe-account.ts";
import { type ProcessSettings, systemPromptText } from "../claude/process-settings.ts";
import { ProcessStarter } from "../claude/process-starter.ts";
import {
  accountOptions,
  modelOption,
  sessionOptions,
  spareOptions,
  workerOptions,
} from "../claude/start-options.ts";
import type { ClaudeProcess } from "../process/claude-process.ts";
import { SdkConnection } from "./sdk-connection.ts";

/** Starts Claude Code through the Agent SDK. */
export class SdkLauncher implements ClaudeLauncher {
  readonly name = "sdk";
  readonly capabilities = EVERY_CAPABILITY;
  readonly #settings: ProcessSettings;
  readonly #starter: ProcessStarter;

  constructor(settings: ProcessSettings, logger: Logger) {
    this.#settings = settings;
    this.#starter = new ProcessStarter(logger);
  }

  start(opening: FullOpening, signal: AbortSignal): Promise<LiveClaude> {
    return this.#open(this.#optionsOf(opening), signal);
  }

  startAtPipe(
    opening: FullOpening,
    untilRead: (signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<AtPipe> {
    return this.#launch(this.#optionsOf(opening), signal, async (options, process) => {
      const { running, input } = open(options);
      const initialized = running.initializationResult();
      await Promise.race([untilRead(signal), initialized]);
      const live = initialized.then(() => {
        return { connection: new SdkConnection(running, input), process: process() };
      });
      // Its end is noticed by its exit.
      live.catch(() => {});
      return { process: process(), live };
    });
  }

  startWorker(kind: ProcessKind, folder: string, signal: AbortSignal): Promise<LiveClaude> {
    return this.#open(workerOptions(kind, folder, this.#settings), signal);
  }

  startAhead(kind: ProcessKind, callbacks: ClaudeCallbacks, signal: AbortSignal): Promise<WaitingClaude> {
    const given = { ...spareOptions(kind, this.#settings), ...callbacks };
    return this.#launch(given, signal, async (options, process) =>
      waiting(await prewarm({ options }), process()),
    );
  }

  describeAccount(signal: AbortSignal): Promise<EngineAccount> {
    return this.#launch(accountOptions(this.#settings), signal, async (options, process) => {
      const { running, input } = open(options);
      const report = await running.initializationResult();
      input.end();
      running.close();
      void process().terminate();
      return describeAccount(report);
    });
  }

  close(): Promise<void> {
    return this.#starter.close();
  }

  #optionsOf({ spec, permissionMode, callbacks, transcript }: FullOpening): Options {
    return {
      ...sessionOptions(spec, permissionMode, this.#settings),
      ...callbacks,
      ...(transcript !== undefined && { resume: transcript }),
    };
  }

  #open(given: Options, signal: AbortSignal): Promise<LiveClaude> {
    return this.#launch(given, signal, async (options, process) => {
      const { running, input } = open(options);
      // When this resolves, the process has read its history.
      await running.initializationResult();
      return { connection: new SdkConnection(running, input), process: process() };
    });
  }

  /** Makes the SDK start its process through us. `process` throws until that has happened. */
  #launch<Result>(
    given: Options,
    signal: AbortSignal,
    begin: (options: Options, process: () => ClaudeProcess) => Promise<Result>,
  ): Promise<Result> {
    return this.#starter.start(signal, (spawn) => {
      let started: ClaudeProcess | undefined;
      const spawnClaudeCodeProcess: NonNullable<Options["spawnClaudeCodeProcess"]> = (request) => {
        started = spawn(request);
        // Proof: spawn was asked for pipes, so the child has the streams that SpawnedProcess wants.
        return started.child as ReturnType<typeof spawnClaudeCodeProcess>;
      };
      const { executable } = this.#settings;
      const options: Options = {
        ...given,
        ...(executable !== undefined && { pathToClaudeCodeExecutable: executable }),
        spawnClaudeCodeProcess,
      };
      return begin(options, () => {
        if (!started) throw new Error("The Agent SDK has not started its process.");
        return started;
      });
    });
  }
}

/** Starts a process that receives its messages turn by turn. */
function open(options: Options): { readonly running: Query; readonly input: PushQueue<SDKUserMessage> } {
  const input = new PushQueue<SDKUserMessage>();
  return { running: query({ prompt: input, options }), input };
}

function waiting(spare: SpareProcess, process: ClaudeProcess): WaitingClaude {
  // A spare that dies unclaimed is noticed by its exit.
  spare.claimed.catch(() => {});
  return {
    process,
    claim: (opening) => claim(spare, opening),
    close: () => spare.close(),
  };
}

function claim(spare: SpareProcess, { spec, permissionMode }: Opening): ClaudeConnection {
  const input = new PushQueue<SDKUserMessage>();
  const text = systemPromptText(spec);
  const running = spare.claim({
    prompt: input,
    options: {
      cwd: spec.workspace,
      permissionMode,
      ...modelOption(spec.model),
      ...(text === "" ? {} : { appendSystemPrompt: text }),
    },
  });
  return new SdkConnection(running, input, new ClaimWatch(spare.claimed));
}
