import type { RunBody } from "../../protocols/admin/format-run.ts";
import type { CommandContext } from "../command-context.ts";
import type { GivenFlags } from "../setting-options.ts";
import { printJson } from "../print-json.ts";
import { waitForRun } from "./wait-for-run.ts";
import { useServer } from "./use-server.ts";

/**
 * `turnpike cancel`: ends a turn, waiting or running, and waits until it has ended. Resolves with the exit code.
 * @throws ConfigError when the settings cannot be used
 */
export function cancel(
  turnId: string,
  given: GivenFlags,
  isJson: boolean,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  return useServer(given, context, async ({ client }) => {
    const path = `/admin/api/runs/${encodeURIComponent(turnId)}`;
    await client.post<RunBody>(`${path}/cancel`);
    terminal.showStatus("Waiting for the turn to end …");
    const run = await waitForRun(client, path);
    if (isJson) printJson(run, terminal);
    else if (run.ended_at === null) terminal.print(`Turn ${run.id} was told to end, and has not yet.`);
    else terminal.print(`Turn ${run.id} is over: ${run.state}.`);
    return run.ended_at === null ? 1 : 0;
  });
}
