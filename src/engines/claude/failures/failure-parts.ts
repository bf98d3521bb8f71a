import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { FailureNotesParts } from "./failure-notes.ts";
import { listPrivateNames } from "./private-names.ts";

const KEY_VARIABLES = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"];

/**
 * The parts for the turns of one process, from the environment that the process was started with. `said`: what was said in the
 * conversation, see `withoutQuotes`.
 */
export function failureParts(
  environment: Readonly<Record<string, string | undefined>>,
  clock: Clock,
  logger: Logger,
  said: () => readonly unknown[],
): FailureNotesParts {
  return {
    clock,
    privateNames: () => listPrivateNames(environment),
    asksAgain: Number(environment["CLAUDE_CODE_MAX_RETRIES"]) > 0,
    hasKey: KEY_VARIABLES.some((name) => Boolean(environment[name])),
    said,
    // The log also gets everything that clients are not told.
    onFailure: ({ text, requestId, ...known }) =>
      logger.info("upstream.failed", {
        ...known,
        reason: text,
        ...(requestId !== undefined && { upstreamRequestId: requestId }),
      }),
  };
}
