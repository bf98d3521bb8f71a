import type { ClaudeEngine, ClaudeEngineOptions } from "../../src/engines/claude/claude-engine.ts";
import { cliEngineFor } from "../../src/engines/cli/create-cli-engine.ts";
import { createSdkEngine } from "../../src/engines/sdk/create-sdk-engine.ts";
import { findBundled } from "../../src/engines/sdk/find-claude.ts";

/** The engine that the suites run with: `sdk`, or what the variable says. */
export const TEST_ENGINE = process.env["TURNPIKE_TEST_ENGINE"] === "cli" ? "cli" : "sdk";

/** The `claude` that the engine `cli` starts: the one that the Agent SDK brings, or what the variable says. */
export const TEST_CLAUDE = process.env["TURNPIKE_TEST_CLAUDE"] ?? findBundled() ?? "claude";

/** Builds the engine that the suites run with. */
export function createTestEngine(options: ClaudeEngineOptions): ClaudeEngine {
  return TEST_ENGINE === "sdk"
    ? createSdkEngine(options)
    : cliEngineFor(options.executable ?? TEST_CLAUDE, options);
}

/** Settings of a server that runs the suites' engine, by their keys. */
export const TEST_ENGINE_FLAGS: Readonly<Record<string, string>> =
  TEST_ENGINE === "sdk" ? {} : { engine: TEST_ENGINE, "claude.executable": TEST_CLAUDE };

/** The same as variables of a server's process. */
export const TEST_ENGINE_VARIABLES: Readonly<Record<string, string>> =
  TEST_ENGINE === "sdk" ? {} : { TURNPIKE_ENGINE: TEST_ENGINE, TURNPIKE_CLAUDE: TEST_CLAUDE };
