import type { TurnError } from "../../core/words/turn-event.ts";
import type { Usage } from "../../core/words/usage.ts";
import { CallUsage, toUsage } from "./call-usage.ts";
import type { ResultMessage } from "./claude-messages.ts";

/** What one turn has used and cost. */
export class TurnAccount {
  /** Of the turn's calls of the model, while they stream. */
  readonly calls = new CallUsage();
  /** Cost of the process before this turn: Claude Code reports it cumulatively. */
  readonly #costBeforeUsd: number;
  #costUsd = 0;
  /** Claude Code's own sum does not fit: it began before this turn, or ends in the middle of it. */
  #countsCalls: boolean;

  constructor(costBeforeUsd: number, isContinued: boolean) {
    this.#costBeforeUsd = costBeforeUsd;
    this.#countsCalls = isContinued;
  }

  /** Cost of the process including this turn, in US dollars. */
  get totalCostUsd(): number {
    return this.#costBeforeUsd + this.#costUsd;
  }

  /** From now on only what the calls said while they streamed counts. */
  countCalls(): void {
    this.#countsCalls = true;
  }

  hearCost({ total_cost_usd }: ResultMessage): void {
    this.#costUsd = Math.max(0, total_cost_usd - this.#costBeforeUsd);
  }

  /** For the turn's end. One that ends before Claude Code's result has only what its calls said while they streamed. */
  sum(result?: ResultMessage): Pick<TurnError, "usage" | "costUsd"> {
    const usage: Usage =
      result && !this.#countsCalls ? this.calls.withReasoning(toUsage(result.usage)) : this.calls.total;
    return { usage, costUsd: this.#costUsd };
  }
}
