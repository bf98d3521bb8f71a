import { ClaudeEngine, type ClaudeEngineOptions } from "../claude/claude-engine.ts";
import { SdkLauncher } from "./sdk-launcher.ts";

/** The engine that drives Claude Code through the Agent SDK. */
export function createSdkEngine(options: ClaudeEngineOptions): ClaudeEngine {
  return new ClaudeEngine(options, new SdkLauncher(options, options.logger));
}
