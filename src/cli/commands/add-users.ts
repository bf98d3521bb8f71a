import { type Command, Option } from "commander";

import { APPROVAL_RIGHTS } from "../../core/words/api-key.ts";
import { USER_ROLES } from "../../core/words/user.ts";
import { addSettingOptions, readGivenFlags } from "../setting-options.ts";
import type { UserCommand } from "../users/users.ts";
import type { AddCommands } from "./add-commands.ts";

/** Where the users are. */
const SETTINGS = ["dataDir", "databaseUrl"];

/** `turnpike users`: list, invite, link, role, disable, enable, remove. */
export const addUsers: AddCommands = (program, context, onResult) => {
  const users = program
    .command("users")
    .description("people who sign in to the dashboard, with a server or without");
  const add = (
    name: string,
    facts: { readonly usage: string; readonly about: string },
    read: (args: readonly string[], command: Command) => UserCommand,
  ): Command =>
    addSettingOptions(users.command(name), SETTINGS)
      .usage(facts.usage)
      .description(facts.about)
      .option("--json", "for programs")
      .action(async (...args: readonly unknown[]) => {
        // Proof for the cast: commander hands the command itself last.
        const command = args.at(-1) as Command;
        const texts = args.filter((arg) => typeof arg === "string");
        const isJson = command.getOptionValue("json") === true;
        const { usersCommand } = await import("../users/users.ts");
        onResult(
          await usersCommand(read(texts, command), readGivenFlags(command, SETTINGS), isJson, context),
        );
      });

  add("list", { usage: "[--json]", about: "who may sign in, and as what" }, () => ({ type: "list" }));
  add(
    "invite <name>",
    {
      usage: "<name> [--role admin]",
      about: "invite somebody; shows the link to accept with this once",
    },
    ([name = ""], command) => ({ type: "invite", body: { name, role: "viewer", ...rightsOf(command) } }),
  )
    .addOption(new Option("--role <role>", "what this person may do; default viewer").choices(USER_ROLES))
    .addOption(approveOption());
  add(
    "link <user>",
    { usage: "<user>", about: "a link that sets a password anew; shown this once, earlier ones end" },
    ([user = ""]) => ({ type: "link", user }),
  );
  add(
    "role <user> <role>",
    { usage: "<user> admin|viewer", about: "what somebody may do, from now on" },
    ([user = "", role = ""], command) => ({
      type: "change",
      user,
      body: { role, ...rightsOf(command) },
    }),
  ).addOption(approveOption());
  add(
    "disable <user>",
    { usage: "<user>", about: "sign somebody out everywhere, and let them in no more" },
    ([user = ""]) => ({ type: "change", user, body: { disabled: true } }),
  );
  add("enable <user>", { usage: "<user>", about: "let somebody in again" }, ([user = ""]) => ({
    type: "change",
    user,
    body: { disabled: false },
  }));
  add(
    "remove <user>",
    { usage: "<user>", about: "remove somebody for good; what the log says of them stays" },
    ([user = ""]) => ({ type: "remove", user }),
  );
};

function approveOption(): Option {
  return new Option(
    "--approve <whose>",
    "whose approvals an administrator may answer; default: those that you may",
  ).choices(APPROVAL_RIGHTS);
}

function rightsOf(command: Command): object {
  const given = (["role", "approve"] as const).map((name) => [name, command.getOptionValue(name)] as const);
  return Object.fromEntries(given.filter(([, value]) => typeof value === "string"));
}
