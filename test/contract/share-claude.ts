import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeAll, beforeEach } from "vitest";

import type { Engine } from "../../src/core/ports/engine.ts";
import type {
  EngineSession,
  EngineSpare,
  SessionSpec,
  SessionStart,
  TurnInput,
} from "../../src/core/ports/engine-session.ts";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import type { ProcessKind } from "../../src/core/turn/process-kind.ts";
import type { EngineEvent } from "../../src/core/words/turn-event.ts";
import type { Sampling } from "../../src/core/words/sampling.ts";
import type { ScriptedModel, ScriptedModelOptions } from "../../src/demo/scripted-model.ts";
import type { ClaudeEngine, ClaudeEngineOptions } from "../../src/engines/claude/claude-engine.ts";
import { createTestEngine } from "../engine/test-engine.ts";
import { message } from "../conformance/store-fixtures.ts";
import { AGENT_KIND, CHAT_KIND } from "../engine/turn-fixtures.ts";
import { DENYING_SUPERVISOR, turnInput } from "../engine/turn-input.ts";
import { expectNoRefusals, startModel } from "../upstream/start-model.ts";

/** The real Claude Code through our engine, with a scripted model behind it. */
export interface Claude {
  readonly model: ScriptedModel;
  readonly engine: ClaudeEngine;
  /** What Claude Code sees of the server's environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly workspace: string;
  readonly configFolder: string;
  readonly transcriptFolder: string;
  /** What a session without tools is opened with. */
  chat(changes?: Partial<SessionSpec>): SessionSpec;
  /** What a session with Claude Code's own tools and prompt is opened with. */
  agent(changes?: Partial<SessionSpec>): SessionSpec;
  /** A session of its own process. One that begins with the results of tools has to be told its first turn. */
  start(
    spec: SessionSpec,
    options?: Partial<Omit<SessionStart, "spec">> & { readonly signal?: AbortSignal },
  ): Promise<EngineSession>;
}

export const NEVER = new AbortController().signal;

/** One engine for all tests of a file, which run one after the other. Each finds the scripted model without a script. */
export function shareClaude(
  options: Partial<ClaudeEngineOptions> = {},
  modelOptions: ScriptedModelOptions = {},
): () => Claude {
  let shared: Claude | undefined;
  beforeAll(async () => {
    const claude = await startClaude(options, modelOptions);
    shared = claude;
    return async () => {
      await claude.engine.close();
      await claude.model.close();
      await rm(claude.folder, { recursive: true, force: true, maxRetries: 5 });
    };
  });
  const get = () => {
    if (!shared) throw new Error("Claude is there only inside tests.");
    return shared;
  };
  beforeEach(() => get().model.clear());
  // Whatever Claude Code sends is something that the real API would take.
  afterEach(() => expectNoRefusals(get().model));
  return get;
}

async function startClaude(
  options: Partial<ClaudeEngineOptions>,
  modelOptions: ScriptedModelOptions,
): Promise<Claude> {
  const model = await startModel(modelOptions);
  const folder = await mkdtemp(join(tmpdir(), "turnpike-contract-"));
  const workspace = join(folder, "workspace");
  const configFolder = join(folder, "config");
  const transcriptFolder = join(folder, "transcripts");
  await mkdir(workspace);
  const environment = {
    PATH: process.env["PATH"] ?? "",
    // Claude Code takes zsh where there is one and nothing says otherwise.
    SHELL: "/bin/bash",
    HOME: folder,
    TMPDIR: folder,
    CLAUDE_CONFIG_DIR: configFolder,
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: "sk-ant-contract",
  };
  const engine = createTestEngine({
    environment,
    upstreamRetries: 0,
    transcriptFolder,
    clock: Date.now,
    logger: SILENT_LOGGER,
    ...options,
  });
  const usual = { workspace, model: "claude-sonnet-5", instructions: "", systemText: "" };
  return {
    model,
    engine,
    environment,
    folder,
    workspace,
    configFolder,
    transcriptFolder,
    chat: (changes = {}) => ({ ...usual, kind: CHAT_KIND, ...changes }),
    agent: (changes = {}) => ({ ...usual, kind: AGENT_KIND, ...changes }),
    start: (spec, { history = [], firstTurn = say("hello"), signal = NEVER } = {}) =>
      engine.startSession({ spec, history, firstTurn }, signal),
  };
}

/** Of an engine that has spares. */
export function startSpare(engine: Engine, kind: ProcessKind, signal = NEVER): Promise<EngineSpare> {
  if (!engine.startSpare) throw new Error("The engine has no spares.");
  return engine.startSpare(kind, signal);
}

export function say(text: string, sampling: Sampling = {}): TurnInput {
  return turnInput([message("user", text)], { sampling });
}

/** A whole turn. */
export async function runTurn(
  session: EngineSession,
  input: string | TurnInput,
  signal = NEVER,
  supervisor = DENYING_SUPERVISOR,
): Promise<EngineEvent[]> {
  const events: EngineEvent[] = [];
  const turn = typeof input === "string" ? say(input) : input;
  for await (const event of session.runTurn(turn, supervisor, signal)) {
    if (event.type !== "progress") events.push(event);
  }
  return events;
}

export function textOf(events: readonly EngineEvent[]): string {
  return events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
}
