import type { EngineSession, EngineSpare, SessionSpec, TurnInput } from "../../core/ports/engine-session.ts";
import type { WaitingClaude } from "./claude-launcher.ts";
import type { ClaudeSession } from "./claude-session.ts";

/** A Claude Code process that was started ahead of its conversation. */
export class ClaudeSpare implements EngineSpare {
  readonly exited: EngineSpare["exited"];
  readonly #waiting: WaitingClaude;
  readonly #open: (spec: SessionSpec, firstTurn: TurnInput) => ClaudeSession;

  /** `open` turns the process into a session. */
  constructor(waiting: WaitingClaude, open: (spec: SessionSpec, firstTurn: TurnInput) => ClaudeSession) {
    this.#waiting = waiting;
    this.#open = open;
    this.exited = waiting.process.exited;
  }

  get processId(): number | undefined {
    return this.#waiting.process.processId;
  }

  claim(spec: SessionSpec, firstTurn: TurnInput): EngineSession {
    if (!this.#waiting.process.isRunning) throw new Error("The spare's process has ended.");
    return this.#open(spec, firstTurn);
  }

  async close(): Promise<void> {
    this.#waiting.close();
    await this.#waiting.process.terminate();
  }
}
