import { addUsage, NO_USAGE, type Usage } from "../../core/words/usage.ts";

/** The usage object of the Anthropic Messages API, as far as it is read here. */
export interface WireUsage {
  readonly input_tokens?: number | null;
  readonly cache_read_input_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
  readonly cache_creation?: { readonly ephemeral_1h_input_tokens?: number | null } | null;
  readonly output_tokens?: number | null;
  readonly output_tokens_details?: { readonly thinking_tokens?: number | null } | null;
}

export function toUsage(wire: WireUsage): Usage {
  const longCacheWriteTokens = wire.cache_creation?.ephemeral_1h_input_tokens ?? 0;
  return {
    inputTokens: wire.input_tokens ?? 0,
    cacheReadTokens: wire.cache_read_input_tokens ?? 0,
    cacheWriteTokens: wire.cache_creation_input_tokens ?? 0,
    ...(longCacheWriteTokens > 0 && { longCacheWriteTokens }),
    outputTokens: wire.output_tokens ?? 0,
    reasoningTokens: wire.output_tokens_details?.thinking_tokens ?? 0,
  };
}

/**
 * Adds up the usage of a turn's model calls while they stream, so that a turn that fails or is cancelled has its usage too.
 * The API reports a call's input when the call starts, and its output when it ends.
 */
export class CallUsage {
  #ended: Usage = NO_USAGE;
  #current: WireUsage = {};
  /** Claude Code's estimate, for an API that does not report thinking tokens separately. */
  #estimatedThinkingTokens = 0;

  callStarted(usage: WireUsage): void {
    this.#ended = addUsage(this.#ended, toUsage(this.#current));
    this.#current = usage;
  }

  callProgressed(usage: WireUsage): void {
    const known = Object.entries(usage).filter(([, value]) => value !== null && value !== undefined);
    this.#current = { ...this.#current, ...Object.fromEntries(known) };
  }

  thinkingEstimated(tokens: number): void {
    this.#estimatedThinkingTokens += tokens;
  }

  get total(): Usage {
    return this.withReasoning(addUsage(this.#ended, toUsage(this.#current)));
  }

  /** The usage, with the estimate of thinking tokens where the API named none. The estimate is never more than the output. */
  withReasoning(usage: Usage): Usage {
    if (usage.reasoningTokens > 0) return usage;
    return { ...usage, reasoningTokens: Math.min(this.#estimatedThinkingTokens, usage.outputTokens) };
  }
}
