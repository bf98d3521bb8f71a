import { type Command, Option } from "commander";

import { addSettingOptions, completing, readGivenFlags } from "../setting-options.ts";
import { USAGE_VIEWS } from "../usage/usage-rows.ts";
import type { AddCommands } from "./add-commands.ts";

/** Where the record is. */
const SETTINGS = ["dataDir", "databaseUrl"];

export const addUsageReport: AddCommands = (program, context, onResult) => {
  addSettingOptions(program.command("usage"), SETTINGS)
    .usage("[--by day|month|conversation|model|profile|key|window] [--since 7d]")
    .description(
      "the tokens and the cost of the turns on record; a window is five hours, as plans count them",
    )
    .addOption(completing(new Option("--by <what>", "what each line is about").default("day"), USAGE_VIEWS))
    .option("--since <time>", "a date such as 2026-11-01, or a time ago such as 7d or 12h")
    .option("--until <time>", "the same")
    .option("--utc", "days and times of UTC, not of this machine")
    .option("--json", "for programs")
    .action(async (_options, command: Command) => {
      const textOf = (name: string) => {
        const value: unknown = command.getOptionValue(name);
        return typeof value === "string" ? value : undefined;
      };
      const [since, until] = [textOf("since"), textOf("until")];
      const options = {
        view: textOf("by") ?? "day",
        ...(since !== undefined && { since }),
        ...(until !== undefined && { until }),
        isUtc: command.getOptionValue("utc") === true,
        isJson: command.getOptionValue("json") === true,
      };
      const { usage } = await import("../usage/usage.ts");
      onResult(await usage(readGivenFlags(command, SETTINGS), options, context));
    });
};
