import type { Command } from "commander";

import { addSettingOptions, readGivenFlags } from "../setting-options.ts";
import type { AddCommands } from "./add-commands.ts";

export const addServe: AddCommands = (program, context, onResult) => {
  addSettingOptions(program.command("serve", { isDefault: true }))
    .usage("[settings]")
    .description("start the server")
    .allowExcessArguments()
    .action(async (_options, command: Command) => {
      // An unknown command ends up here, because serve is the default command.
      const [unknown] = command.args;
      if (unknown !== undefined) {
        const names = program.commands.map((one) => one.name()).join(", ");
        command.error(`error: unknown command '${unknown}'. The commands are ${names}.`);
      }
      const { serve } = await import("../serve.ts");
      onResult(await serve(readGivenFlags(command), context));
    });
};
