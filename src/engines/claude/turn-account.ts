import type { TurnError } from "../../core/words/turn-event.ts";
import type { Usage } from "../../core/words/usage.ts";
import { CallUsage, toUsage } from "./call-usage.ts";
import type { ResultMessage } from "./claude-messages.ts";

/** What one turn has used and cost. */
export class TurnAccount {
  /** The usage of the turn's model calls, counted while they stream. */
  readonly calls = new CallUsage();
  /** The cost of the process before this turn: Claude Code reports its cost cumulatively. */
  readonly #costBeforeUsd: number;
  #costUsd = 0;
  /**
   * Only streamed calls count, since Claude Code's own sum does not fit the turn: it began before the turn, or ends in the middle
   * of it.
   */
  #countsCalls: boolean;

  constructor(costBeforeUsd: number, isContinued: boolean) {
    this.#costBeforeUsd = costBeforeUsd;
    this.#countsCalls = isContinued;
  }

  /** Cost of the process including this turn, in US dollars. */
  get totalCostUsd(): number {
    return this.#costBeforeUsd + this.#costUsd;
  }

  /** From now on only the usage that the calls reported while streaming counts. */
  countCalls(): void {
    this.#countsCalls = true;
  }

  hearCost({ total_cost_usd }: ResultMessage): void {
    this.#costUsd = Math.max(0, total_cost_usd - this.#costBeforeUsd);
  }

  /**
   * Usage and cost for the turn's end. A turn that ends before Claude Code's result has only the usage that its calls reported
   * while streaming.
   */
  sum(result?: ResultMessage): Pick<TurnError, "usage" | "costUsd"> {
    const usage: Usage =
      result && !this.#countsCalls ? this.calls.withReasoning(toUsage(result.usage)) : this.calls.total;
    return { usage, costUsd: this.#costUsd };
  }
}
