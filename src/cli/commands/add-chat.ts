import type { Command } from "commander";

import { addSettingOptions, readGivenFlags } from "../setting-options.ts";
import type { AddCommands } from "./add-commands.ts";

/** The flag --model is a setting: it would be the model behind `claude-code`, not the id that a request names. */
export const addChat: AddCommands = (program, context, onResult) => {
  addSettingOptions(program.command("chat [message]"))
    .usage("[message] [--id claude-code] [--conversation name] [settings]")
    .description(
      "talk with Claude Code here: with the server that runs, or with one for as long as the chat lasts",
    )
    .option("--id <model id>", "who answers", "claude-code")
    .option("--conversation <name>", "go on with this conversation")
    .action(async (message: string | undefined, _options, command: Command) => {
      const textOf = (name: string) => {
        const value: unknown = command.getOptionValue(name);
        return typeof value === "string" ? value : undefined;
      };
      const conversation = textOf("conversation");
      const options = {
        model: textOf("id") ?? "claude-code",
        ...(conversation !== undefined && { conversation }),
        ...(message !== undefined && { message }),
      };
      const { chat } = await import("../chat/chat.ts");
      onResult(await chat(readGivenFlags(command), options, context));
    });
};
