import type { SDKUserMessage, SpareProcess } from "@anthropic-ai/claude-agent-sdk";

import type { EngineSession, EngineSpare, SessionSpec, TurnInput } from "../../core/ports/engine.ts";
import { hasBuiltinTools } from "../../core/turn/process-kind.ts";
import { PushQueue } from "../../lib/push-queue.ts";
import { AnsweringModel } from "../claude/answering-model.ts";
import type { KnownModels } from "../claude/known-models.ts";
import { ClaudeSession, type ClaudeSessionParts } from "../claude/claude-session.ts";
import { modelOption, systemPromptText } from "./session-options.ts";

interface SdkSpareParts extends Pick<
  ClaudeSessionParts,
  "process" | "gate" | "schemas" | "deniedAlways" | "clock" | "logger"
> {
  readonly spare: SpareProcess;
  readonly models: KnownModels;
}

/** A process that the Agent SDK has started ahead of its conversation. */
export class SdkSpare implements EngineSpare {
  readonly exited: EngineSpare["exited"];
  readonly #parts: SdkSpareParts;

  constructor(parts: SdkSpareParts) {
    this.#parts = parts;
    this.exited = parts.process.exited;
    // A spare that dies unclaimed says so through `exited`.
    parts.spare.claimed.catch(() => {});
  }

  get processId(): number | undefined {
    return this.#parts.process.processId;
  }

  claim(spec: SessionSpec, firstTurn: TurnInput): EngineSession {
    const { spare, models, ...shared } = this.#parts;
    if (!shared.process.isRunning) throw new Error("The spare's process has ended.");
    const input = new PushQueue<SDKUserMessage>();
    const text = systemPromptText(spec);
    const permissionMode = firstTurn.permissions.mode;
    const query = spare.claim({
      prompt: input,
      options: {
        cwd: spec.workspace,
        permissionMode,
        ...modelOption(spec.model),
        ...(text === "" ? {} : { appendSystemPrompt: text }),
      },
    });
    return new ClaudeSession({
      ...shared,
      query,
      input,
      history: [],
      model: new AnsweringModel(spec.model, spec.kind, models),
      workspace: spec.workspace,
      permissionMode,
      hasTools: hasBuiltinTools(spec.kind),
      claimed: spare.claimed,
    });
  }

  async close(): Promise<void> {
    this.#parts.spare.close();
    await this.#parts.process.terminate();
  }
}
