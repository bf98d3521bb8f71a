import type { UsageLimits } from "../../core/ports/usage-limits.ts";
import type { TurnUse } from "../../core/words/usage.ts";
import { RecentMap } from "../../lib/recent-map.ts";

/** More turns do not end at the same moment. */
const MAX_KEPT = 1_000;

/**
 * What turns have used, as core tells their limits: also a turn whose reader has left, and who therefore does not hear of its end. It is
 * known before the turn's stream is closed.
 */
export class TurnUses {
  readonly #uses = new RecentMap<string, TurnUse>(MAX_KEPT);

  /** Wraps the limits to hear what they are told. */
  listen(limits: UsageLimits): UsageLimits {
    return {
      admit: async (turn, signal) => {
        const admitted = await limits.admit(turn, signal);
        return {
          end: async (used) => {
            this.#uses.set(turn.turnId, used);
            await admitted.end(used);
          },
        };
      },
    };
  }

  find(turnId: string): TurnUse | undefined {
    return this.#uses.get(turnId);
  }
}
