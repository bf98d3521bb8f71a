import type { Command } from "commander";

import { addSettingOptions, readGivenFlags } from "../setting-options.ts";
import type { AddCommands } from "./add-commands.ts";

export const addHealth: AddCommands = (program, context, onResult) => {
  addSettingOptions(program.command("health"))
    .usage("[settings]")
    .option("--json", "for programs")
    .description(
      "whether the running server takes turns, for the health checks of containers: ends with 0 or 1",
    )
    .action(async (_options, command: Command) => {
      const { health } = await import("../health.ts");
      onResult(await health(readGivenFlags(command), command.getOptionValue("json") === true, context));
    });
};
