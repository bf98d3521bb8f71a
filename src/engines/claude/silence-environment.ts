import type { Deadlines } from "../../core/turn/with-deadlines.ts";

/** Core's limits come first; behind them Claude Code's own still end what core does not see, such as a sub-agent's call. */
const MARGIN_MS = 60_000;
/** The longest that Claude Code takes for a stream without bytes. */
const MAX_IDLE_MS = 30 * 60_000;
/** Longer timers would end at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Has Claude Code count the bytes of the API's answers and tell, every ten seconds, that there were some: so a `ping` is no
 * silence. By itself it would take nothing but pings, for ten minutes, for a silence as well. Undocumented: see the contract test.
 */
export function silenceEnvironment({ firstByteMs, streamIdleMs, turnMs }: Deadlines): Record<string, string> {
  return {
    API_TIMEOUT_MS: behind(firstByteMs),
    CLAUDE_ENABLE_BYTE_WATCHDOG: "1",
    CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS: behind(Math.max(firstByteMs, streamIdleMs), MAX_IDLE_MS),
    CLAUDE_STREAM_IDLE_TIMEOUT_MS: behind(turnMs),
  };
}

function behind(ms: number, maxMs = MAX_TIMER_MS): string {
  return String(Math.min(ms + MARGIN_MS, maxMs));
}
