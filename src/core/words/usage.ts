/** Tokens of one turn, summed over its model calls. All counts are whole tokens, never negative. */
export interface Usage {
  /** Prompt tokens that were neither read from nor written to the cache. */
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** The part of `cacheWriteTokens` that is kept for an hour instead of five minutes; absent: none. Not on record. */
  readonly longCacheWriteTokens?: number;
  /** All generated tokens, thinking included. */
  readonly outputTokens: number;
  /** The part of `outputTokens` that was thinking. */
  readonly reasoningTokens: number;
}

/** What a turn has used. */
export interface TurnUse {
  readonly usage: Usage;
  /** US dollars, as calculated by Claude Code. */
  readonly costUsd: number;
}

export const NO_USAGE: Usage = {
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
};

export const NO_USE: TurnUse = { usage: NO_USAGE, costUsd: 0 };

export function addUsage(left: Usage, right: Usage): Usage {
  const longCacheWriteTokens = (left.longCacheWriteTokens ?? 0) + (right.longCacheWriteTokens ?? 0);
  return {
    ...(longCacheWriteTokens > 0 && { longCacheWriteTokens }),
    inputTokens: left.inputTokens + right.inputTokens,
    cacheReadTokens: left.cacheReadTokens + right.cacheReadTokens,
    cacheWriteTokens: left.cacheWriteTokens + right.cacheWriteTokens,
    outputTokens: left.outputTokens + right.outputTokens,
    reasoningTokens: left.reasoningTokens + right.reasoningTokens,
  };
}
