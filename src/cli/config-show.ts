import { describeConfig } from "../config/show/describe-config.ts";
import type { ConfigRow } from "../config/show/describe-config.ts";
import { resolveConfig } from "../config/resolve-config.ts";
import { styled } from "../lib/styled-line.ts";
import type { CommandContext } from "./command-context.ts";
import { printJson } from "./print-json.ts";
import type { GivenFlags } from "./setting-options.ts";

/**
 * `turnpike config show`: every setting, its value and its origin.
 * @throws ConfigError when the settings cannot be used.
 */
export function configShow(given: GivenFlags, isJson: boolean, context: CommandContext): number {
  const { terminal, environment, machine, engines } = context;
  const resolved = resolveConfig({ ...given, environment, machine, engines });
  const rows = describeConfig(resolved);
  if (isJson) {
    const values = rows.map(({ key, value, origin }) => [key, { value, origin }]);
    printJson(Object.fromEntries(values), terminal);
    return 0;
  }
  for (const warning of resolved.warnings)
    terminal.printError([styled(["bold", "yellow"], "Warning:"), ` ${warning}`]);
  terminal.print(`Config file: ${resolved.configFile ?? "none"}`, "", ...formatTable(rows));
  return 0;
}

const WIDEST_VALUE = 44;

function formatTable(rows: readonly ConfigRow[]): readonly string[] {
  const keyWidth = widest(rows.map((row) => row.key));
  const valueWidth = Math.min(WIDEST_VALUE, widest(rows.map((row) => row.value)));
  return rows.map(
    ({ key, value, origin }) => `${key.padEnd(keyWidth)}  ${value.padEnd(valueWidth)}  ${origin}`,
  );
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length));
}
