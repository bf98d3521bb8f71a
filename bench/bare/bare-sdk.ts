import { type ChildProcess, spawn } from "node:child_process";

import {
  type HookCallback,
  type Options,
  prewarm,
  query,
  type SDKUserMessage,
} from "@anthropic-ai/claude-agent-sdk";

import type { SessionSpec } from "../../src/core/ports/engine-session.ts";
import type { ProcessSettings } from "../../src/engines/claude/process-settings.ts";
import { ClientToolDesk } from "../../src/engines/claude/tools/client-tool-desk.ts";
import { modelOption, sessionOptions, spareOptions } from "../../src/engines/claude/start-options.ts";
import type { CleanUp } from "../../src/lib/clean-up.ts";
import { PushQueue } from "../../src/lib/push-queue.ts";
import { endProcess } from "../measure/end-process.ts";
import { BareSession } from "./bare-session.ts";

/** A spare that the SDK has started, and how to make it a session. */
export interface BareSpare {
  claim(): BareSession;
}

/** The Agent SDK without Turnpike, with exactly the options that Turnpike's engine gives it. */
export class BareSdk {
  readonly #settings: ProcessSettings;
  readonly #children = new Set<ChildProcess>();

  constructor(settings: ProcessSettings, cleanUp: CleanUp) {
    this.#settings = settings;
    cleanUp.defer(async () => {
      await Promise.all([...this.#children].map((child) => endProcess(child, 2_000)));
    });
  }

  /** A `query()` that is fed turn by turn. Its process starts now; `transcript` is a file to resume from. */
  start(
    spec: SessionSpec,
    tag: string,
    transcript?: { path: string; prompts: readonly string[] },
  ): BareSession {
    const input = new PushQueue<SDKUserMessage>();
    const captured = this.#capture({
      ...sessionOptions(spec, permissionMode(spec), this.#settings),
      ...(transcript ? { resume: transcript.path } : {}),
    });
    const running = query({ prompt: input, options: captured.options });
    return new BareSession({
      query: running,
      input,
      child: captured.child,
      tag,
      prompts: transcript?.prompts,
    });
  }

  /** `withTools`: it can be given tools of ours later. */
  async prewarm(spec: SessionSpec, tag: string, { withTools = false } = {}): Promise<BareSpare> {
    const desk = withTools ? new ClientToolDesk() : undefined;
    const options = spareOptions(spec.kind, this.#settings);
    const captured = this.#capture(desk ? { ...options, hooks: hooksOf(desk) } : options);
    const spare = await prewarm({ options: captured.options });
    return {
      claim: () => {
        const input = new PushQueue<SDKUserMessage>();
        const { workspace: cwd, model } = spec;
        const claimed = { cwd, permissionMode: permissionMode(spec), ...modelOption(model) };
        const running = spare.claim({ prompt: input, options: claimed });
        return new BareSession({ query: running, input, child: captured.child, tag, desk });
      },
    };
  }

  /** Starts the process ourselves, as the SDK would, so that its id is known and it can be ended. */
  #capture(options: Options): { options: Options; child: () => ChildProcess } {
    let started: ChildProcess | undefined;
    const spawnClaudeCodeProcess: NonNullable<Options["spawnClaudeCodeProcess"]> = (request) => {
      const { command, args, cwd, env } = request;
      const child = spawn(command, args, { cwd, env, stdio: ["pipe", "pipe", "ignore"], detached: true });
      // The SDK listens for the exit once per message that it writes.
      child.setMaxListeners(0);
      started = child;
      this.#children.add(child);
      child.once("exit", () => this.#children.delete(child));
      return child;
    };
    const { executable } = this.#settings;
    const own = executable === undefined ? {} : { pathToClaudeCodeExecutable: executable };
    return {
      options: { ...options, ...own, spawnClaudeCodeProcess },
      child: () => {
        if (!started) throw new Error("The Agent SDK has not started its process.");
        return started;
      },
    };
  }
}

/** As the built-in profiles have it. */
function permissionMode({ kind }: SessionSpec): "dontAsk" | "acceptEdits" {
  return kind.systemPrompt === "client" ? "dontAsk" : "acceptEdits";
}

/** Puts calls of the desk's tools off, and does nothing else. */
function hooksOf(desk: ClientToolDesk): NonNullable<Options["hooks"]> {
  const decide: HookCallback = async (input, _, { signal }) =>
    input.hook_event_name === "PreToolUse" ? desk.decide(input, signal) : {};
  return { PreToolUse: [{ hooks: [decide] }] };
}
