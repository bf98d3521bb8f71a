import type { TurnInput } from "../../../core/ports/engine-session.ts";
import type { StopReason } from "../../../core/words/turn-event.ts";
import type { ClaudeCallbacks, HookJSONOutput } from "../claude-messages.ts";

export type ReachedLimit = Extract<StopReason, "max-turns" | "max-budget">;

/**
 * Ends a turn between two model calls when it has made all the calls that it may make, or has cost as much as it may. Claude
 * Code's own limits apply to the life of a process; these apply to each turn.
 */
export class TurnLimits {
  readonly #readCostUsd: () => Promise<number>;
  readonly #onFailure: (error: unknown) => void;
  #turn: Pick<TurnInput, "maxTurns" | "maxBudgetUsd"> = {};
  #costBeforeUsd = 0;
  #batchCount = 0;
  #reached: ReachedLimit | undefined;

  /** `readCostUsd` tells what the process has cost so far. `onFailure` hears why it could not. */
  constructor(readCostUsd: () => Promise<number>, onFailure: (error: unknown) => void) {
    this.#readCostUsd = readCostUsd;
    this.#onFailure = onFailure;
  }

  /** Hooks for a process whose turns have limits. */
  readonly hooks: ClaudeCallbacks["hooks"] = {
    PostToolBatch: [{ hooks: [(input) => this.#afterBatch("agent_id" in input && input.agent_id)] }],
  };

  /** The limit that ended the present turn. */
  get reached(): ReachedLimit | undefined {
    return this.#reached;
  }

  begin(turn: Pick<TurnInput, "maxTurns" | "maxBudgetUsd">, costBeforeUsd: number): void {
    this.#turn = turn;
    this.#costBeforeUsd = costBeforeUsd;
    this.#batchCount = 0;
    this.#reached = undefined;
  }

  /** Called when all tools that one model call asked for have run, before the next model call. */
  async #afterBatch(subAgentId: unknown): Promise<HookJSONOutput> {
    const { maxTurns, maxBudgetUsd } = this.#turn;
    // A sub-agent's model calls do not count as the turn's.
    if (!subAgentId) this.#batchCount += 1;
    if (maxTurns !== undefined && this.#batchCount >= maxTurns && !subAgentId) return this.#stop("max-turns");
    if (maxBudgetUsd === undefined) return {};
    return (await this.#costUsd()) >= maxBudgetUsd ? this.#stop("max-budget") : {};
  }

  /**
   * The cost of this turn. A limit that cannot be watched counts as reached, because the Agent SDK continues when a callback
   * throws.
   */
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

/** Told to the model if the conversation goes on. */
const REASONS: Readonly<Record<ReachedLimit, string>> = {
  "max-turns": "The limit on model calls in one turn was reached.",
  "max-budget": "The limit on the cost of one turn was reached.",
};
