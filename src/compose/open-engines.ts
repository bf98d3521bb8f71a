import type { Config } from "../config/config.ts";
import { ConfigError } from "../config/config-error.ts";
import type { Engine } from "../core/ports/engine.ts";
import { Engines } from "../core/ports/engines.ts";
import type { ClaudeEngineOptions } from "../engines/claude/claude-engine.ts";
import type { CleanUp } from "../lib/clean-up.ts";
import type { EngineBuilder } from "./engine-builders.ts";

/**
 * Builds only the engines that profiles name.
 * @throws ConfigError when there is no builder for one
 */
export function openEngines(
  { profiles }: Config,
  builders: Readonly<Record<string, EngineBuilder>>,
  options: ClaudeEngineOptions,
  cleanUp: CleanUp,
): Engines {
  const names = new Set(Object.values(profiles).map(({ engine }) => engine));
  const engines = Array.from(names, (name): Engine => {
    const build = Object.hasOwn(builders, name) ? builders[name] : undefined;
    if (!build) throw new ConfigError([`There is no engine '${name}'.`]);
    const engine = build(options);
    cleanUp.defer(() => engine.close());
    return engine;
  });
  return new Engines(engines);
}
