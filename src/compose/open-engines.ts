import type { Config } from "../config/config.ts";
import { ConfigError } from "../config/config-error.ts";
import { type Engine, EngineUnavailable } from "../core/ports/engine.ts";
import { Engines } from "../core/ports/engines.ts";
import type { ClaudeEngineOptions } from "../engines/claude/claude-engine.ts";
import type { CleanUp } from "../lib/clean-up.ts";
import type { EngineBuilder } from "./engine-builders.ts";

/**
 * Builds only the engines that profiles name.
 * @throws ConfigError when there is no builder for one, or this machine lacks what it needs
 */
export async function openEngines(
  { profiles }: Config,
  builders: Readonly<Record<string, EngineBuilder>>,
  options: ClaudeEngineOptions,
  cleanUp: CleanUp,
): Promise<Engines> {
  const names = new Set(Object.values(profiles).map(({ engine }) => engine));
  const engines: Engine[] = [];
  for (const name of names) {
    const build = Object.hasOwn(builders, name) ? builders[name] : undefined;
    if (!build) throw new ConfigError([`There is no engine '${name}'.`]);
    const engine = await openEngine(build, options);
    cleanUp.defer(() => engine.close());
    engines.push(engine);
  }
  return new Engines(engines);
}

async function openEngine(build: EngineBuilder, options: ClaudeEngineOptions): Promise<Engine> {
  try {
    return await build(options);
  } catch (error) {
    throw error instanceof EngineUnavailable ? new ConfigError([error.message]) : error;
  }
}
