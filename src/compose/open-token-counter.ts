import type { Config } from "../config/config.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { CountTokens } from "../core/ports/token-counter.ts";
import { countByEstimate, createTokenCounter } from "../core/tokens/count-tokens.ts";
import { ApiTokenCounter } from "../engines/messages-api/api-token-counter.ts";
import { toTranscript } from "../engines/claude/content/to-transcript.ts";
import { uniqueCallIds } from "../engines/claude/content/unique-call-ids.ts";

/** Counts with the model's API where Claude Code's environment gives access to it, otherwise with the estimate. */
export function openTokenCounter(
  { turns }: Config,
  parts: {
    readonly environment: Readonly<Record<string, string>>;
    readonly clock: Clock;
    readonly logger: Logger;
  },
): CountTokens {
  if (turns.tokenCount === "estimate") return countByEstimate;
  const api = new ApiTokenCounter({
    ...parts,
    toTranscript: (messages) => uniqueCallIds(toTranscript(messages)),
  });
  return createTokenCounter((...asked) => api.count(...asked));
}
