import type { Config } from "../../config/config.ts";
import { abilitiesOf } from "../../core/models/abilities-of.ts";
import { EngineUnavailable } from "../../core/ports/engine.ts";
import { isOlderVersion } from "../../lib/is-older-version.ts";
import { type Check, fail, type Finding, ok, warn } from "./check.ts";
import type { FoundClaude } from "./doctor-tools.ts";

/** Looks for the Claude Code of each engine that profiles name. */
export const checkClaude: Check = {
  name: "Claude Code",
  async run({ tools, resolved }) {
    const { config } = resolved;
    const engines = new Set(Object.values(config.profiles).map(({ engine }) => engine));
    const findings = Array.from(engines, (engine) =>
      tools.findClaude(engine).then(
        (found) => [ok(describe(engine, found, config.claude.executable)), ...checkVersion(found, config)],
        (error: unknown) => [describeFailure(error)],
      ),
    );
    return (await Promise.all(findings)).flat();
  },
};

function describe(engine: string, { version, path, oldest }: FoundClaude, given: string | undefined): string {
  if (oldest !== undefined) return `${version}, ${path}; the engine ${engine} needs ${oldest} or newer`;
  return given === undefined ? `${version}, with the Agent SDK` : `${version}, ${path}`;
}

function describeFailure(error: unknown): Finding {
  if (error instanceof EngineUnavailable) return fail(error.problem, error.remedy);
  const message = error instanceof Error ? error.message : String(error);
  return fail(message, "Install Turnpike again, or name a Claude Code of your own (--claude).");
}

/** Some models want a newer Claude Code than others. */
function checkVersion(
  { version: told, oldest }: FoundClaude,
  { model, models, claude }: Config,
): readonly Finding[] {
  const remedy = howToRenew(oldest !== undefined, claude.executable);
  const version = /^\d+\.\d+\.\d+/.exec(told)?.[0];
  if (version === undefined) return [warn(`It does not tell its version, but '${told}'.`, remedy)];
  const names = new Set([model, ...Object.values(models).flatMap((one) => one.model ?? [])]);
  const wanting = [...names].flatMap((name) => {
    const { minClaudeCode } = abilitiesOf(name);
    return minClaudeCode !== undefined && isOlderVersion(version, minClaudeCode)
      ? [{ name, minClaudeCode }]
      : [];
  });
  return wanting.map(({ name, minClaudeCode }) =>
    warn(`It is too old for the model '${name}', which wants ${minClaudeCode} or newer.`, remedy),
  );
}

function howToRenew(isInstalled: boolean, given: string | undefined): string {
  if (isInstalled)
    return "Update it (claude update), or use the one that comes with Turnpike (--engine sdk).";
  return given === undefined
    ? "Update Turnpike."
    : "Update it, or leave --claude away: one comes with Turnpike.";
}
