import type { ClaudeEngineOptions } from "../../src/engines/claude/claude-engine.ts";

/**
 * Lets Claude Code's runtime look for garbage only when it has allocated much, and not by a timer besides: that timer took a
 * third of the processor that a start with a turn needs. Nothing else is different, and processes of tests do not live long.
 */
export function withoutGcTimer<Options extends Pick<ClaudeEngineOptions, "environment">>(
  options: Options,
): Options {
  return { ...options, environment: { BUN_GC_TIMER_DISABLE: "1", ...options.environment } };
}
