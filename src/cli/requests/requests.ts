import type { FeedEventBody } from "../../protocols/admin/format-feed-event.ts";
import type { CommandContext } from "../command-context.ts";
import { ControlError, messageOf, readAnswer } from "../daemon/control-client.ts";
import { askServer } from "../daemon/find-server.ts";
import { acrossReleases } from "../daemon/other-release.ts";
import { readServerEvents } from "../daemon/read-server-events.ts";
import { resolveSettings } from "../daemon/resolve-settings.ts";
import { useServer } from "../daemon/use-server.ts";
import { printJson } from "../print-json.ts";
import { tellRefusal } from "../refusal.ts";
import type { GivenFlags } from "../setting-options.ts";
import { formatRequestDetails, formatRequestRow, formatRequestRows } from "./format-requests.ts";
import { readFromLog, readFromServer, type RequestQuery, type RequestReader } from "./request-reader.ts";

interface Shown {
  readonly isJson: boolean;
}

/** `turnpike requests`: the latest requests that fit. Resolves with the exit code, like the others. */
export function listRequestsCommand(
  given: GivenFlags,
  query: RequestQuery,
  { isJson }: Shown,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  return withReader(given, context, async (reader) => {
    const page = await reader.page(query);
    if (isJson) printJson(page, terminal);
    else if (page.data.length === 0) terminal.print("No request on record fits.");
    else terminal.print(...formatRequestRows(page.data));
    return 0;
  });
}

/** `turnpike requests show` */
export function showRequestCommand(
  id: string,
  given: GivenFlags,
  { isJson }: Shown,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  return withReader(given, context, async (reader) => {
    const request = await reader.find(id);
    if (!request) {
      terminal.printError(`There is no request ${id} on record.`);
      return 1;
    }
    if (isJson) printJson(request, terminal);
    else terminal.print(...formatRequestDetails(request));
    return 0;
  });
}

/** `turnpike requests export`: all that fit, as they are read. */
export function exportRequestsCommand(
  given: GivenFlags,
  query: RequestQuery,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  return withReader(given, context, async (reader) => {
    let rest = "";
    for await (const text of reader.export(query)) {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? "";
      if (lines.length > 0) terminal.print(...lines);
    }
    return 0;
  });
}

/** `turnpike requests --follow`: requests as they end, until the server does. */
export function followRequestsCommand(
  given: GivenFlags,
  { isJson }: Shown,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  return useServer(given, context, async ({ client }) => {
    const response = await client.open("GET", "/admin/api/feed");
    if (response.statusCode !== 200) {
      throw new ControlError(response.statusCode ?? 0, messageOf(await readAnswer(response)));
    }
    for await (const event of readServerEvents(response)) {
      // Proof for the cast: the server is of the same program.
      const body = event as FeedEventBody;
      if (isJson) terminal.print(JSON.stringify(body));
      else if (body.type === "request.ended") terminal.print(formatRequestRow(body.request));
      else if (body.type === "events.lost") terminal.printError(`${body.count} events are missing here.`);
    }
    return 0;
  });
}

/** @throws ConfigError when the settings cannot be used */
async function withReader(
  given: GivenFlags,
  context: CommandContext,
  use: (reader: RequestReader) => Promise<number>,
): Promise<number> {
  const config = resolveSettings(given, context);
  const server = await askServer(config.dataDir);
  const tell = (error: unknown) => tellRefusal(error, context);
  if (server) {
    const reader = readFromServer(server.client);
    return acrossReleases(server.status, config, context, () => use(reader)).catch(tell);
  }
  const { openRequestSource } = await import("../../compose/open-request-source.ts");
  const log = await openRequestSource(config);
  try {
    return await use(readFromLog(log)).catch(tell);
  } finally {
    await log?.close();
  }
}
