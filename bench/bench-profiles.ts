/** The profiles that are measured: the model id that clients ask Turnpike for, and what it means to Claude Code. */
export const BENCH_PROFILES = {
  default: { modelId: "claude-code", model: "default" },
  chat: { modelId: "sonnet", model: "sonnet" },
} as const;

export type BenchProfileName = keyof typeof BENCH_PROFILES;
