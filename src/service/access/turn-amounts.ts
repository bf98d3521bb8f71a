import type { TurnUse } from "../../core/words/usage.ts";
import type { TurnAmounts } from "./limit-spec.ts";

/** What limits count of a turn; tokens as answers tell them: cached input counts like other input. */
export function amountsOf({ usage, costUsd }: TurnUse): TurnAmounts {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = usage;
  return {
    tokens: inputTokens + cacheReadTokens + cacheWriteTokens + outputTokens,
    costMicros: Math.ceil(costUsd * 1_000_000),
  };
}
