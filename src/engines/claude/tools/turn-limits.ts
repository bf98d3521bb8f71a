import type { TurnInput } from "../../../core/ports/engine.ts";
import type { StopReason } from "../../../core/words/turn-event.ts";
import type { ClaudeCallbacks, HookJSONOutput } from "../claude-messages.ts";

export type ReachedLimit = Extract<StopReason, "max-turns" | "max-budget">;

/**
 * Ends a turn between two model calls when it has made as many as it may, or has cost as much. Claude Code's own limits would
 * do so for the life of a process; these are each turn's own.
 */
export class TurnLimits {
  readonly #readCostUsd: () => Promise<number>;
  readonly #onFailure: (error: unknown) => void;
  #turn: Pick<TurnInput, "maxTurns" | "maxBudgetUsd"> = {};
  #costBeforeUsd = 0;
  #batchCount = 0;
  #reached: ReachedLimit | undefined;

  /** `readCostUsd`: what the process has cost so far. `onFailure` hears why that could not be said. */
  constructor(readCostUsd: () => Promise<number>, onFailure: (error: unknown) => void) {
    this.#readCostUsd = readCostUsd;
    this.#onFailure = onFailure;
  }

  /** To be given to a process whose turns have limits. */
  readonly hooks: ClaudeCallbacks["hooks"] = {
    PostToolBatch: [{ hooks: [(input) => this.#afterBatch("agent_id" in input && input.agent_id)] }],
  };

  /** The limit at which the present turn was ended. */
  get reached(): ReachedLimit | undefined {
    return this.#reached;
  }

  begin(turn: Pick<TurnInput, "maxTurns" | "maxBudgetUsd">, costBeforeUsd: number): void {
    this.#turn = turn;
    this.#costBeforeUsd = costBeforeUsd;
    this.#batchCount = 0;
    this.#reached = undefined;
  }

  /** All tools that one model call asked for have run; the next model call would follow. */
  async #afterBatch(subAgentId: unknown): Promise<HookJSONOutput> {
    const { maxTurns, maxBudgetUsd } = this.#turn;
    // A sub-agent's model calls are not the turn's.
    if (!subAgentId) this.#batchCount += 1;
    if (maxTurns !== undefined && this.#batchCount >= maxTurns && !subAgentId) return this.#stop("max-turns");
    if (maxBudgetUsd === undefined) return {};
    return (await this.#costUsd()) >= maxBudgetUsd ? this.#stop("max-budget") : {};
  }

  /** Of this turn. A limit that cannot be watched is reached: the Agent SDK goes on when a callback throws. */
  async #costUsd(): Promise<number> {
    try {
      return (await this.#readCostUsd()) - this.#costBeforeUsd;
    } catch (error) {
      this.#onFailure(error);
      return Infinity;
    }
  }

  #stop(limit: ReachedLimit): HookJSONOutput {
    this.#reached = limit;
    return { continue: false, stopReason: REASONS[limit] };
  }
}

/** For the model, should the conversation go on. */
const REASONS: Readonly<Record<ReachedLimit, string>> = {
  "max-turns": "The limit on model calls in one turn was reached.",
  "max-budget": "The limit on the cost of one turn was reached.",
};
