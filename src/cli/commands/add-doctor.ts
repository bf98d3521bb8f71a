import type { Command } from "commander";

import { addSettingOptions, readGivenFlags } from "../setting-options.ts";
import type { AddCommands } from "./add-commands.ts";

export const addDoctor: AddCommands = (program, context, onResult) => {
  addSettingOptions(program.command("doctor"))
    .usage("[settings]")
    .description(
      "check all that the server needs, and change nothing (--json for programs); --live has the model haiku say a word, too: some hundred tokens",
    )
    .option("--json", "for programs")
    .option("--live", "ask the model for a word, too")
    .action(async (_options, command: Command) => {
      const isGiven = (name: string) => command.getOptionValue(name) === true;
      const request = { isJson: isGiven("json"), isLive: isGiven("live") };
      const { doctor } = await import("../doctor/doctor.ts");
      onResult(await doctor(readGivenFlags(command), request, context));
    });
};
