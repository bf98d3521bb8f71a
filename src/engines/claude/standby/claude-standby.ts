import {
  ClaimRefused,
  type EngineSession,
  type EngineStandby,
  type SessionStart,
} from "../../../core/ports/engine-session.ts";
import { abortable } from "../../../lib/abortable.ts";
import type { AtPipe, LiveClaude } from "../claude-launcher.ts";
import { formatTranscript } from "../content/transcript-file.ts";
import type { RebuiltHistory } from "../rebuild-history.ts";
import type { HistoryPipe } from "./history-pipe.ts";

export interface ClaudeStandbyParts {
  readonly waiting: AtPipe;
  readonly pipe: HistoryPipe;
  /** Whether what the process has read by now is still so. */
  readonly isCurrent: () => Promise<boolean>;
  readonly rebuild: (start: SessionStart) => RebuiltHistory;
  readonly open: (live: LiveClaude, start: SessionStart, rebuilt: RebuiltHistory) => EngineSession;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** A Claude Code process that stands at a pipe, and goes on with any conversation that it is given there. */
export class ClaudeStandby implements EngineStandby {
  readonly exited: EngineStandby["exited"];
  readonly #parts: ClaudeStandbyParts;

  constructor(parts: ClaudeStandbyParts) {
    this.#parts = parts;
    this.exited = parts.waiting.process.exited;
    void this.exited.then(() => parts.pipe.remove());
  }

  get processId(): number | undefined {
    return this.#parts.waiting.process.processId;
  }

  async resume(start: SessionStart, signal: AbortSignal): Promise<EngineSession> {
    const { waiting, pipe, isCurrent, rebuild, open, clock } = this.#parts;
    const { process, live } = waiting;
    const rebuilt = rebuild(start);
    try {
      if (rebuilt.entries.length === 0) throw new Error("There is no history to wait for.");
      if (!(await isCurrent())) throw new Error("Its settings have changed.");
      if (!process.isRunning) throw new Error("It has ended.");
      await pipe.give(formatTranscript(rebuilt.entries, clock()));
      const died = process.exited.then(() => {
        throw new Error("It ended over its history.");
      });
      const session = open(await abortable(Promise.race([live, died]), signal), start, rebuilt);
      await pipe.remove();
      return session;
    } catch (cause) {
      void this.close();
      signal.throwIfAborted();
      throw new ClaimRefused("The waiting process could not take this conversation.", false, { cause });
    }
  }

  async close(): Promise<void> {
    // Not before its end: what it would read then is an empty history.
    await this.#parts.waiting.process.terminate();
    await this.#parts.pipe.remove();
  }
}
