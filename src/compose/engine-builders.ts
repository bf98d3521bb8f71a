import type { Engine } from "../core/ports/engine.ts";
import type { ClaudeEngineOptions } from "../engines/claude/claude-engine.ts";
import { createCliEngine } from "../engines/cli/create-cli-engine.ts";
import { createSdkEngine } from "../engines/sdk/create-sdk-engine.ts";
import type { EngineName } from "./engine-names.ts";

/** @throws EngineUnavailable when this machine lacks what the engine needs */
export type EngineBuilder = (options: ClaudeEngineOptions) => Engine | Promise<Engine>;

/** How to build each engine that a profile may name. */
export const ENGINE_BUILDERS: Readonly<Record<EngineName, EngineBuilder>> = {
  sdk: createSdkEngine,
  cli: createCliEngine,
};
