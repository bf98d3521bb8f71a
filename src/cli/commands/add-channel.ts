import { type Command, Option } from "commander";

import { TRANSPORT_CHOICES, type TransportChoice } from "../../core/words/channel-transport.ts";
import { addSettingOptions, readGivenFlags } from "../setting-options.ts";
import type { AddCommands } from "./add-commands.ts";

export const addChannel: AddCommands = (program, context, onResult) => {
  const channelCommand = withOptions(program.command("channel"))
    .usage("[settings]")
    .description("answer with the Claude Code that a person has open, which starts this as an MCP server")
    .action(async (_options, command: Command) => {
      const { channel } = await import("../channel/channel.ts");
      onResult(await channel(readGivenFlags(command), readTransport(command), context));
    });
  // `channel` reads its settings wherever they stand; here they are for the help page and the completion of shells.
  withOptions(channelCommand.command("install [project]"))
    .usage("[project] [settings]")
    .description("set Claude Code up for that, and say how to start it; --into a folder of its own")
    .option("--into <folder>", "write the files there, for the printed command only")
    .option("--json", "for programs")
    .action(async (project: string | undefined, _options, command: Command) => {
      const into: unknown = command.getOptionValue("into");
      const request = {
        ...(project !== undefined && { project }),
        ...(typeof into === "string" && { into }),
        transport: readTransport(channelCommand),
        isJson: command.getOptionValue("json") === true,
      };
      const { installChannel } = await import("../channel/install.ts");
      onResult(await installChannel(request, readGivenFlags(channelCommand), context));
    });
};

function withOptions(command: Command): Command {
  return addSettingOptions(command).addOption(
    new Option("--transport <way>", "how requests reach the session: auto, channel or inbox")
      .choices(TRANSPORT_CHOICES)
      .default("auto"),
  );
}

function readTransport(command: Command): TransportChoice {
  const given: unknown = command.getOptionValue("transport");
  return TRANSPORT_CHOICES.find((choice) => choice === given) ?? "auto";
}
