import { ConfigError } from "../../config/config-error.ts";
import type { CommandContext } from "../command-context.ts";
import { printJson } from "../print-json.ts";
import { resolveSettings } from "../daemon/resolve-settings.ts";
import { tellRefusal } from "../refusal.ts";
import type { GivenFlags } from "../setting-options.ts";
import { formatUsageTable, toUsageBody } from "./format-usage.ts";
import { readMoment } from "./read-moment.ts";
import { groupOf, sumRows, toUsageRows, USAGE_VIEWS } from "./usage-rows.ts";

export interface UsageOptions {
  readonly view: string;
  readonly since?: string;
  readonly until?: string;
  readonly isUtc: boolean;
  readonly isJson: boolean;
}

/**
 * `turnpike usage`: the tokens and the cost of recorded turns, with a running server or without. Resolves with the exit code.
 * @throws ConfigError when the settings or the options cannot be used
 */
export async function usage(
  given: GivenFlags,
  options: UsageOptions,
  context: CommandContext,
): Promise<number> {
  const { terminal, clock } = context;
  const config = resolveSettings(given, context);
  const view = USAGE_VIEWS.find((name) => name === options.view);
  if (!view) throw new ConfigError([`--by: expected one of ${USAGE_VIEWS.join(", ")}.`]);
  const range = readRange(options, clock());
  terminal.showStatus("Summing up …");
  const { openUsageSource } = await import("../../compose/open-usage-source.ts");
  const source = await openUsageSource(config);
  try {
    const { sums, others } = await source.sum({ group: groupOf(view), ...range });
    const keyNames = view === "key" ? await source.keyNames() : undefined;
    const named = toUsageRows(view, sums, options.isUtc).map((row) => {
      const name = keyNames ? keyNames.get(row.id) : row.name;
      return { ...row, ...(name !== undefined && { name }) };
    });
    const total = sumRows([...named, ...(others ? [others] : [])]);
    const facts = { view, range, rows: named, ...(others && { others }), total, isUtc: options.isUtc };
    if (options.isJson) printJson(toUsageBody(facts), terminal);
    else if (named.length === 0) terminal.print("Nothing was used in this time.");
    else terminal.print(...formatUsageTable(facts, clock()));
    return 0;
  } catch (error) {
    return tellRefusal(error, context);
  } finally {
    await source.close();
  }
}

/** @throws ConfigError */
function readRange(
  { since, until, isUtc }: UsageOptions,
  now: number,
): { readonly since?: number; readonly until?: number } {
  const read = (flag: string, text: string | undefined) => {
    if (text === undefined) return undefined;
    const at = readMoment(text, now, isUtc);
    if (at !== undefined) return at;
    throw new ConfigError([`${flag}: expected a date such as 2026-11-01, or a time ago such as 7d or 12h.`]);
  };
  const [from, to] = [read("--since", since), read("--until", until)];
  return { ...(from !== undefined && { since: from }), ...(to !== undefined && { until: to }) };
}
