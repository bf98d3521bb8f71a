import type { UsageLimits } from "../../src/core/ports/usage-limits.ts";

/** Every principal may use as much as the server can do; what is too much for it at once waits in the queue. */
export const UNLIMITED_USAGE: UsageLimits = {
  admit: async () => ({ end: async () => {} }),
};
