import { type Command, Option } from "commander";

import { APPROVAL_RIGHTS, KEY_ROLES } from "../../core/words/api-key.ts";
import { addSettingOptions, readGivenFlags } from "../setting-options.ts";
import { LIMIT_FLAGS, LIST_FLAGS, keyBodyOf, rotationBodyOf } from "../keys/key-options.ts";
import type { KeyCommand } from "../keys/keys.ts";
import type { AddCommands } from "./add-commands.ts";

/** Where the keys are. */
const SETTINGS = ["dataDir", "databaseUrl"];

/** `turnpike keys`: list, create, set, rotate, revoke. */
export const addKeys: AddCommands = (program, context, onResult) => {
  const keys = program.command("keys").description("API keys in the database, with a server or without");
  const add = (
    name: string,
    facts: { readonly usage: string; readonly about: string },
    read: (key: string | undefined, command: Command) => KeyCommand,
  ): Command =>
    addSettingOptions(keys.command(name), SETTINGS)
      .usage(facts.usage)
      .description(facts.about)
      .option("--json", "for programs")
      .action(async (...args: readonly unknown[]) => {
        // Proof for the cast: commander hands the command itself last.
        const command = args.at(-1) as Command;
        const asked = read(typeof args[0] === "string" ? args[0] : undefined, command);
        const isJson = command.getOptionValue("json") === true;
        const { keysCommand } = await import("../keys/keys.ts");
        onResult(await keysCommand(asked, readGivenFlags(command, SETTINGS), isJson, context));
      });

  add(
    "list",
    { usage: "[--all] [--json]", about: "the keys, what they are kept to and how much they may use" },
    (_, command) => ({
      type: "list",
      isAll: command.getOptionValue("all") === true,
    }),
  ).option("--all", "revoked ones too");
  const create = add(
    "create [name]",
    {
      usage: "<name> [--role admin] [--model ids] [--expires 30d] …",
      about: "make a key; its secret is shown this once",
    },
    (name, command) => ({
      type: "create",
      body: { ...(name !== undefined && { name }), ...bodyOf(command, context.clock()) },
    }),
  );
  withKeyOptions(create, "what people call it");
  const set = add(
    "set <key>",
    {
      usage: "<key> [--model ids|any] [--tokens-per-day n|any] …",
      about: "change what a key may do and use, at once; 'any' takes a bound away",
    },
    (key, command) => ({ type: "set", key: key ?? "", body: bodyOf(command, context.clock()) }),
  );
  withKeyOptions(set, "another name");
  add(
    "rotate <key>",
    { usage: "<key> [--grace 1h]", about: "give a key another secret, shown this once" },
    (key, command) => ({ type: "rotate", key: key ?? "", body: rotationBodyOf(textOf(command, "grace")) }),
  ).option("--grace <time>", "how long the one that it has stays valid; default not at all");
  add(
    "revoke <key>",
    { usage: "<key>", about: "end a key, by its name, id or beginning, at once and for good" },
    (key) => ({
      type: "revoke",
      key: key ?? "",
    }),
  );
};

function withKeyOptions(command: Command, aboutName: string): void {
  command.option("--name <name>", aboutName);
  command.addOption(
    new Option("--role <role>", "what it may do: run turns, read the admin API, or all").choices(KEY_ROLES),
  );
  command.addOption(
    new Option("--approve <whose>", "whose approvals it may answer; default: as the settings say").choices([
      ...APPROVAL_RIGHTS,
      "default",
    ]),
  );
  for (const [flags, about] of [...Object.values(LIST_FLAGS), ...Object.values(LIMIT_FLAGS)]) {
    command.option(flags, about);
  }
  command.option("--expires <when>", "after a time such as 30d, on a date, or never");
  command.addOption(
    new Option("--log-content <on|off>", "whether the content of its requests is logged").choices([
      "on",
      "off",
    ]),
  );
}

/** The fields of the admin API by the flags that were given. */
function bodyOf(command: Command, now: number): object {
  const flagOf: Readonly<Record<string, string>> = {
    ...Object.fromEntries(
      Object.entries({ ...LIST_FLAGS, ...LIMIT_FLAGS }).map(([field, [flags]]) => [field, nameOf(flags)]),
    ),
    log_content: "logContent",
  };
  return keyBodyOf((field) => textOf(command, flagOf[field] ?? field), now);
}

function nameOf(flags: string): string {
  return new Option(flags).attributeName();
}

function textOf(command: Command, name: string): string | undefined {
  const value: unknown = command.getOptionValue(name);
  return typeof value === "string" ? value : undefined;
}
