import { defineConfig } from "vitest/config";

import { ClosingLineReporter } from "./test/closing-line-reporter.ts";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    // Suites that start Claude Code must not starve each other: a process takes a core while it starts.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ["default", new ClosingLineReporter()],
  },
});
