import type { RunEventBody } from "../../protocols/admin/format-run-event.ts";
import type { RunListBody } from "../../protocols/admin/format-run.ts";
import type { CommandContext } from "../command-context.ts";
import { ownCommand } from "../own-command.ts";
import type { GivenFlags } from "../setting-options.ts";
import { ControlError, type ControlClient, messageOf, readAnswer } from "./control-client.ts";
import { readServerEvents } from "./read-server-events.ts";
import { RunPrinter } from "./run-printer.ts";
import { useServer } from "./use-server.ts";

/**
 * `turnpike tail`: shows a turn as it happens, whatever protocol it came by, until it ends; of one that is over, how it ended. Without
 * an id, the turn that came last, of those under way if there are any. Resolves with the exit code.
 * @throws ConfigError when the settings cannot be used
 */
export function tail(
  turnId: string | undefined,
  given: GivenFlags,
  isJson: boolean,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  return useServer(given, context, async ({ client }, config) => {
    const id = turnId ?? (await findLatest(client));
    if (id === undefined) {
      terminal.printError("No turn has run since the server started.");
      return 1;
    }
    const response = await client.open("GET", `/admin/api/runs/${encodeURIComponent(id)}/events`);
    if (response.statusCode !== 200)
      throw new ControlError(response.statusCode ?? 0, messageOf(await readAnswer(response)));
    const printer = new RunPrinter(terminal, ownCommand(`requests show ${id}`, config, context));
    let isComplete = false;
    try {
      for await (const event of readServerEvents(response)) {
        // Proof for the cast: the server is of the same program.
        const body = event as RunEventBody;
        isComplete ||= body.type === "run.ended" || (body.type === "run" && body.run.ended_at !== null);
        if (isJson) terminal.print(JSON.stringify(body));
        else printer.print(body);
      }
    } finally {
      printer.end();
    }
    if (isComplete) return 0;
    terminal.printError("The server ended the connection before the turn was over.");
    return 1;
  });
}

async function findLatest(client: ControlClient): Promise<string | undefined> {
  const { data } = await client.get<RunListBody>("/admin/api/runs");
  const latest = data.toSorted((one, other) => one.asked_at - other.asked_at);
  return (latest.findLast(({ ended_at: endedAt }) => endedAt === null) ?? latest.at(-1))?.id;
}
