import { join } from "node:path";

import { ClaudeEngine, type ClaudeEngineOptions } from "../claude/claude-engine.ts";
import { CliLauncher } from "./cli-launcher.ts";
import { requireClaude } from "./require-claude.ts";

/**
 * The engine that drives the `claude` that is installed on this machine.
 * @throws EngineUnavailable when there is none, or it is too old
 */
export async function createCliEngine(options: ClaudeEngineOptions): Promise<ClaudeEngine> {
  const { path } = await requireClaude(options.executable, options.environment);
  return cliEngineFor(path, options);
}

/** The engine for this `claude`, whatever it is. */
export function cliEngineFor(executable: string, options: ClaudeEngineOptions): ClaudeEngine {
  const waitingFolder = join(options.transcriptFolder, "waiting");
  return new ClaudeEngine(
    options,
    new CliLauncher({ ...options, executable, waitingFolder }, options.logger),
  );
}
