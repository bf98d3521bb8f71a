import type { Command } from "commander";

import { addSettingOptions, readGivenFlags } from "../setting-options.ts";
import type { AddCommands } from "./add-commands.ts";

export const addLogin: AddCommands = (program, context, onResult) => {
  addSettingOptions(program.command("login"))
    .usage("[settings]")
    .description(
      "Claude Code's own login, with what it found before and after (--json tells only that); --token makes a token for another machine",
    )
    .option("--token", "make a token for a machine without a browser")
    .option("--json", "tell the login for programs")
    .action(async (_options, command: Command) => {
      const isGiven = (name: string) => command.getOptionValue(name) === true;
      const request = { isToken: isGiven("token"), isJson: isGiven("json") };
      const { login } = await import("../login/login.ts");
      onResult(await login(request, readGivenFlags(command), context));
    });
};
