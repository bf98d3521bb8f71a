import { abilitiesOf } from "../../core/models/abilities-of.ts";
import type { Config } from "../../config/config.ts";
import { type Check, fail, type Finding, ok, warn } from "./check.ts";

export const checkClaude: Check = {
  name: "Claude Code",
  async run({ tools, resolved }) {
    const { config } = resolved;
    const { executable } = config.claude;
    try {
      const { version, path } = await tools.findClaude();
      const found = ok(executable === undefined ? `${version}, with the Agent SDK` : `${version}, ${path}`);
      return [found, ...checkVersion(version, config)];
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return [
        fail(message, "Install Turnpike again, or name a Claude Code of your own (--claude-executable)."),
      ];
    }
  },
};

/** Some models want a newer Claude Code than others. */
function checkVersion(told: string, { model, models, claude }: Config): readonly Finding[] {
  const remedy =
    claude.executable === undefined
      ? "Update Turnpike."
      : "Update it, or leave --claude-executable away: one comes with Turnpike.";
  const version = /^\d+\.\d+\.\d+/.exec(told)?.[0];
  if (version === undefined) return [warn(`It does not tell its version, but '${told}'.`, remedy)];
  const names = new Set([model, ...Object.values(models).flatMap((one) => one.model ?? [])]);
  const wanting = [...names].flatMap((name) => {
    const { minClaudeCode } = abilitiesOf(name);
    return minClaudeCode !== undefined && isOlder(version, minClaudeCode) ? [{ name, minClaudeCode }] : [];
  });
  return wanting.map(({ name, minClaudeCode }) =>
    warn(`It is too old for the model '${name}', which wants ${minClaudeCode} or newer.`, remedy),
  );
}

function isOlder(version: string, than: string): boolean {
  const [left, right] = [version, than].map((text) => text.split(".").map(Number));
  for (const [index, wanted] of (right ?? []).entries()) {
    const had = left?.[index] ?? 0;
    if (had !== wanted) return had < wanted;
  }
  return false;
}
