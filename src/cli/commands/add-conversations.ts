import { type Command, Option } from "commander";

import type { ConversationCommand } from "../conversations/conversations.ts";
import { addSettingOptions, readGivenFlags } from "../setting-options.ts";
import type { AddCommands } from "./add-commands.ts";

/** Where the record is. */
const SETTINGS = ["dataDir", "databaseUrl"];

/** `turnpike conversations`: list, show, evict, delete. */
export const addConversations: AddCommands = (program, context, onResult) => {
  const conversations = program.command("conversations").description("everybody's conversations");
  const add = (
    name: string,
    facts: { readonly usage: string; readonly about: string; readonly isDefault?: true },
    read: (asked: string, command: Command) => ConversationCommand,
  ): Command =>
    addSettingOptions(conversations.command(name, { isDefault: facts.isDefault ?? false }), SETTINGS)
      .usage(facts.usage)
      .description(facts.about)
      .option("--json", "for programs")
      .action(async (...args: readonly unknown[]) => {
        // Proof for the cast: commander hands the command itself last.
        const command = args.at(-1) as Command;
        const asked = read(typeof args[0] === "string" ? args[0] : "", command);
        const isJson = command.getOptionValue("json") === true;
        const { conversationsCommand } = await import("../conversations/conversations.ts");
        onResult(await conversationsCommand(asked, readGivenFlags(command, SETTINGS), isJson, context));
      });

  add(
    "list",
    {
      usage: "[--key id] [--profile name] [--state hot] [-n 50] [--json]",
      about: "the latest conversations that fit, with a server or without",
      isDefault: true,
    },
    (_, command) => ({ type: "list", query: queryOf(command) }),
  )
    .option("--key <id>", "of one key or user, by its id")
    .option("--profile <name>", "of one profile")
    .addOption(new Option("--state <state>", "hot, or on record only").choices(["hot", "stored"]))
    .option("-n, --limit <number>", "how many", "50");
  add(
    "show <conversation>",
    {
      usage: "<name or id> [--turns 10] [--json]",
      about: "what was said and done, with tools and changed files",
    },
    (asked, command) => ({ type: "show", asked, turns: Number(command.getOptionValue("turns")) }),
  ).option("--turns <number>", "how many of the latest", "10");
  add(
    "evict <conversation>",
    { usage: "<name or id>", about: "end its process; the next turn goes on from the record" },
    (asked) => ({ type: "evict", asked }),
  );
  add(
    "delete <conversation>",
    { usage: "<name or id>", about: "delete its record and its own folder, for good" },
    (asked) => ({ type: "delete", asked }),
  );
};

function queryOf(command: Command): Readonly<Record<string, string>> {
  const names = { principal: "key", profile: "profile", state: "state", limit: "limit" };
  return Object.fromEntries(
    Object.entries(names).flatMap(([parameter, option]) => {
      const value: unknown = command.getOptionValue(option);
      return typeof value === "string" ? [[parameter, value]] : [];
    }),
  );
}
