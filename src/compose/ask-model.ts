import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ModelAnswer } from "../cli/doctor/doctor-tools.ts";
import { BUILT_IN_PROFILES, DEFAULT_PROFILE } from "../config/build/built-in-profiles.ts";
import { toAppError } from "../core/words/app-error.ts";
import { NO_CLIENT_TOOLS } from "../core/words/client-tool.ts";
import type { Engine } from "../core/ports/engine.ts";
import type { TurnInput } from "../core/ports/engine-session.ts";
import type { TurnSupervisor } from "../core/ports/turn-supervisor.ts";
import { processKind } from "../core/turn/process-kind.ts";

/** The cheapest model that Claude Code knows by a short name. */
const MODEL = "haiku";

/** Asks for a single word. */
const TURN: TurnInput = {
  messages: [{ role: "user", content: [{ type: "text", text: "Say ok." }] }],
  sampling: { maxOutputTokens: 16 },
  tools: NO_CLIENT_TOOLS,
  permissions: { mode: "dontAsk", allow: [], deny: [], directories: [] },
  mcpServers: {},
};

/** Nothing runs in such a turn, so there is nothing to allow. */
const SUPERVISOR: TurnSupervisor = {
  beforeTool: async () => {},
  checkJson: async () => ({ type: "unchecked", problem: "" }),
  ask: () => {
    throw new Error("Nothing is asked in a turn without tools.");
  },
};

/** Asks the model's API for a word through Claude Code, in an empty folder. Never rejects unless aborted. */
export async function askModel(engine: Engine, signal: AbortSignal): Promise<ModelAnswer> {
  const workspace = await mkdtemp(join(tmpdir(), "turnpike-doctor-"));
  const defaults = BUILT_IN_PROFILES["chat"] ?? DEFAULT_PROFILE;
  const profile = { ...defaults, name: "chat", workspace, engine: engine.name };
  const spec = { kind: processKind(profile), workspace, model: MODEL, instructions: "", systemText: "" };
  try {
    const session = await engine.startSession({ spec, history: [], firstTurn: TURN }, signal);
    try {
      for await (const event of session.runTurn(TURN, SUPERVISOR, signal)) {
        // An answer cut off after a few tokens is just as good.
        if (event.type === "turn-end") return { type: "answered", costUsd: event.costUsd };
        if (event.type === "turn-error") return { type: "failed", error: event.error };
      }
      throw new Error("The turn has no end.");
    } finally {
      await session.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    return { type: "failed", error: toAppError(error).info };
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}
