import type { Command } from "commander";

import { addSettingOptions, readGivenFlags } from "../setting-options.ts";
import type { AddCommands } from "./add-commands.ts";

export const addTrust: AddCommands = (program, context, onResult) => {
  addSettingOptions(program.command("trust [folder]"))
    .usage("[folder] [--remove]")
    .description("let a folder's own hooks, MCP servers and skills run, or no longer")
    .option("--remove", "trust it no longer")
    .option("--json", "for programs")
    .action(async (folder: string | undefined, _options, command: Command) => {
      const isRemoval = command.getOptionValue("remove") === true;
      const request = {
        ...(folder !== undefined && { folder }),
        isRemoval,
        isJson: command.getOptionValue("json") === true,
      };
      const { trust } = await import("../trust/trust.ts");
      onResult(await trust(request, readGivenFlags(command), context));
    });
};
