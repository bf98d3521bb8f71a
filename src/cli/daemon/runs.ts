import type { RunListBody } from "../../protocols/admin/format-run.ts";
import type { CommandContext } from "../command-context.ts";
import type { GivenFlags } from "../setting-options.ts";
import { formatRuns } from "./format-runs.ts";
import { printJson } from "../print-json.ts";
import { useServer } from "./use-server.ts";

/**
 * `turnpike runs`: the turns under way and the latest ones. Resolves with the exit code.
 * @throws ConfigError when the settings cannot be used
 */
export function runs(given: GivenFlags, isJson: boolean, context: CommandContext): Promise<number> {
  const { terminal, clock } = context;
  return useServer(given, context, async ({ client }) => {
    const list = await client.get<RunListBody>("/admin/api/runs");
    if (isJson) printJson(list, terminal);
    else if (list.data.length === 0) terminal.print("No turn has run since the server started.");
    else terminal.print(...formatRuns(list.data, clock()));
    return 0;
  });
}
