import type { SDKUserMessage, SpareProcess } from "@anthropic-ai/claude-agent-sdk";

import type { Clock } from "../../core/ports/clock.ts";
import type { EngineSession, EngineSpare, SessionSpec, TurnInput } from "../../core/ports/engine.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { hasBuiltinTools } from "../../core/process-kind.ts";
import { PushQueue } from "../../lib/push-queue.ts";
import type { ClaudeProcess } from "../process/claude-process.ts";
import type { ToolGate } from "./tools/tool-gate.ts";
import { SdkSession } from "./sdk-session.ts";
import { modelOption, systemPromptText } from "./session-options.ts";

/** A process that the Agent SDK has started ahead of its conversation. */
export class SdkSpare implements EngineSpare {
  readonly exited: EngineSpare["exited"];
  readonly #spare: SpareProcess;
  readonly #process: ClaudeProcess;
  readonly #gate: ToolGate;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(parts: {
    readonly spare: SpareProcess;
    readonly process: ClaudeProcess;
    readonly gate: ToolGate;
    readonly clock: Clock;
    readonly logger: Logger;
  }) {
    this.#spare = parts.spare;
    this.#process = parts.process;
    this.#gate = parts.gate;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.exited = parts.process.exited;
    // A spare that dies unclaimed says so through `exited`.
    this.#spare.claimed.catch(() => {});
  }

  get processId(): number | undefined {
    return this.#process.processId;
  }

  claim(spec: SessionSpec, firstTurn: TurnInput): EngineSession {
    if (!this.#process.isRunning) throw new Error("The spare's process has ended.");
    const input = new PushQueue<SDKUserMessage>();
    const text = systemPromptText(spec);
    const permissionMode = firstTurn.permissions.mode;
    const query = this.#spare.claim({
      prompt: input,
      options: {
        cwd: spec.workspace,
        permissionMode,
        ...modelOption(spec.model),
        ...(text === "" ? {} : { appendSystemPrompt: text }),
      },
    });
    return new SdkSession({
      query,
      input,
      process: this.#process,
      history: [],
      gate: this.#gate,
      workspace: spec.workspace,
      permissionMode,
      hasTools: hasBuiltinTools(spec.kind),
      claimed: this.#spare.claimed,
      clock: this.#clock,
      logger: this.#logger,
    });
  }

  async close(): Promise<void> {
    this.#spare.close();
    await this.#process.terminate();
  }
}
