import type { Command } from "commander";

import { configShow } from "../config-show.ts";
import { addSettingOptions, readGivenFlags } from "../setting-options.ts";
import type { AddCommands } from "./add-commands.ts";

export const addConfig: AddCommands = (program, context, onResult) => {
  const config = program.command("config").description("the settings");
  addSettingOptions(config.command("show", { isDefault: true }))
    .usage("[settings]")
    .description("show every setting and where it comes from (--json for programs)")
    .option("--json", "for programs")
    .action((_options, command: Command) =>
      onResult(configShow(readGivenFlags(command), command.getOptionValue("json") === true, context)),
    );
};
