import type { LimitReport, LimitState } from "../core/ports/usage-limits.ts";

/** As OpenAI tells limits. `now`: milliseconds since the epoch. */
export function openAiLimitHeaders({ requests, tokens }: LimitReport, now: number): Record<string, string> {
  const of = (thing: string, { limit, remaining, resetsAtMs }: LimitState) => ({
    [`x-ratelimit-limit-${thing}`]: String(limit),
    [`x-ratelimit-remaining-${thing}`]: String(remaining),
    [`x-ratelimit-reset-${thing}`]: formatSpan(resetsAtMs - now),
  });
  return { ...(requests && of("requests", requests)), ...(tokens && of("tokens", tokens)) };
}

/** As Anthropic tells them. */
export function anthropicLimitHeaders({ requests, tokens }: LimitReport): Record<string, string> {
  return {
    ...(requests && anthropicHeadersOf("requests", requests)),
    ...(tokens && anthropicHeadersOf("tokens", tokens)),
  };
}

function anthropicHeadersOf(thing: string, { limit, remaining, resetsAtMs }: LimitState) {
  return {
    [`anthropic-ratelimit-${thing}-limit`]: String(limit),
    [`anthropic-ratelimit-${thing}-remaining`]: String(remaining),
    [`anthropic-ratelimit-${thing}-reset`]: new Date(resetsAtMs).toISOString().replace(/\.\d+Z$/, "Z"),
  };
}

/** `850ms`, `12s`, `1m30s`, `7h0m0s`: below a second exact, above it rounded up. */
export function formatSpan(ms: number): string {
  if (ms <= 0) return "0s";
  if (ms < 1000) return `${Math.ceil(ms)}ms`;
  const seconds = Math.ceil(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = `${seconds % 60}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}
