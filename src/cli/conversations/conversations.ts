import type { Config } from "../../config/config.ts";
import type { CommandContext } from "../command-context.ts";
import { ControlError } from "../daemon/control-client.ts";
import { findServer } from "../daemon/find-server.ts";
import { acrossReleases } from "../daemon/other-release.ts";
import { resolveSettings } from "../daemon/resolve-settings.ts";
import { printJson } from "../print-json.ts";
import { tellRefusal } from "../refusal.ts";
import { ownCommand } from "../own-command.ts";
import type { GivenFlags } from "../setting-options.ts";
import {
  askServerForConversations,
  type ConversationClient,
  type ConversationQuery,
  readConversations,
} from "./conversation-client.ts";
import { formatConversationTable, formatConversationText } from "./format-conversations.ts";

export type ConversationCommand =
  | { readonly type: "list"; readonly query: ConversationQuery }
  | { readonly type: "show"; readonly asked: string; readonly turns: number }
  | { readonly type: "evict" | "delete"; readonly asked: string };

/** `turnpike conversations`. Resolves with the exit code, like the others. */
export function conversationsCommand(
  command: ConversationCommand,
  given: GivenFlags,
  isJson: boolean,
  context: CommandContext,
): Promise<number> {
  return withConversations(given, context, (client, config) => run(command, client, isJson, config, context));
}

async function run(
  command: ConversationCommand,
  client: ConversationClient,
  isJson: boolean,
  config: Config,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  if (command.type === "list") {
    const list = await client.list(command.query);
    if (isJson) printJson(list, terminal);
    else if (list.data.length === 0) terminal.print("No conversation on record fits.");
    else terminal.print(...formatConversationTable(list.data));
    return 0;
  }
  const id = await findConversationId(client, command.asked, ownCommand("conversations", config, context));
  if (command.type === "show") {
    const conversation = await client.show(id, command.turns);
    if (isJson) printJson(conversation, terminal);
    else terminal.print(...formatConversationText(conversation));
    return 0;
  }
  await (command.type === "evict" ? client.evict(id) : client.delete(id));
  const isDeleted = command.type === "delete";
  if (isJson) printJson({ id, deleted: isDeleted }, terminal);
  else terminal.print(isDeleted ? `${id} is deleted.` : `${id} has no process any more; its record stays.`);
  return 0;
}

const PAGE = "200";
/** A name is looked for among so many of the latest conversations. */
const MAX_PAGES = 25;

/** The id of the one conversation that a person means: by its id, or its name. */
async function findConversationId(
  client: ConversationClient,
  asked: string,
  howToList: string,
): Promise<string> {
  if (/^conv_[0-9a-f]{24}$/.test(asked)) return asked;
  const found: string[] = [];
  let after: string | null = null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const list = await client.list({ limit: PAGE, ...(after !== null && { after }) });
    found.push(...list.data.filter(({ id, name }) => name === asked || id === asked).map(({ id }) => id));
    after = list.next;
    if (after === null) break;
  }
  const [id] = found;
  if (id === undefined)
    throw new ControlError(404, `There is no conversation '${asked}'. ${howToList} lists them.`);
  if (found.length === 1) return id;
  throw new ControlError(
    409,
    `Several conversations are called '${asked}'. Say which by its id: ${found.join(", ")}.`,
  );
}

async function withConversations(
  given: GivenFlags,
  context: CommandContext,
  use: (client: ConversationClient, config: Config) => Promise<number>,
): Promise<number> {
  const { terminal, environment } = context;
  const config = resolveSettings(given, context);
  const server = await findServer(config.dataDir);
  try {
    if (server.type === "running") {
      const client = askServerForConversations(server.client);
      return await acrossReleases(server.status, config, context, () => use(client, config));
    }
    if (server.type === "silent") {
      terminal.printError("A server has the data folder and does not answer.");
      return 1;
    }
    const { openConversationSource } = await import("../../compose/open-conversation-source.ts");
    const source = await openConversationSource(config, environment);
    try {
      return await use(readConversations(source), config);
    } finally {
      await source.close();
    }
  } catch (error) {
    return tellRefusal(error, context);
  }
}
